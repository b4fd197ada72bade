import { isVisible, resourceKey, selectorMatches, type Gateway, type KindName, type MeshResource, type ResourceOf } from '@flotilla/resources';
import { fullHost } from './host-name.ts';
import { anyNamespace, importsRule } from './imported-hosts.ts';
import type { Labels } from './labels.ts';
import type { MeshConfig } from './mesh-config.ts';
import { seesVirtualService, type Viewer } from './viewer.ts';
import { gatewaysOf, meshGateway } from './virtual-service-index.ts';

/** A proxy, or a client without one (`proxyless`), as far as it decides which resources concern it. */
export interface ConcernedProxy extends Viewer {
  readonly type: 'sidecar' | 'gateway' | 'proxyless';
  readonly labels: Labels;
  /** The key of the Sidecar that it is under. */
  readonly sidecar?: string;
}

/** What else decides it. */
export interface ConcernContext {
  readonly mesh: Pick<MeshConfig, 'rootNamespace' | 'domainSuffix' | 'defaultExportTo'>;
  /** A Gateway by `<namespace>/<name>`. */
  readonly gateway: (name: string) => Gateway | undefined;
}

/**
 * Whether what a proxy runs may depend on a resource: it selects the proxy, or the proxy sees it. Such a proxy need not
 * be sent anything for it, as where nothing has a use for it.
 */
export function concerns(resource: MeshResource, proxy: ConcernedProxy, context: ConcernContext): boolean {
  const test = tests[resource.kind] as (resource: MeshResource, proxy: ConcernedProxy, context: ConcernContext) => boolean;
  return test(resource, proxy, context);
}

type Tests = { readonly [K in KindName]: (resource: ResourceOf<K>, proxy: ConcernedProxy, context: ConcernContext) => boolean };

const nobody = (): boolean => false;

const tests: Tests = {
  VirtualService(resource, proxy, { mesh, gateway }) {
    const { metadata, spec } = resource;
    // One without hosts is for others to delegate to, whoever those concern.
    if ((spec.hosts ?? []).length === 0) return isVisible(spec.exportTo, metadata.namespace, proxy.namespace, mesh.defaultExportTo.virtualService);
    if (!seesVirtualService(proxy, resource, mesh)) return false;
    const gateways = gatewaysOf(resource);
    return proxy.type === 'gateway' ? gateways.some((name) => selects(gateway(name), proxy)) : gateways.includes(meshGateway);
  },
  DestinationRule({ metadata, spec }, proxy, { mesh }) {
    if (!isVisible(spec.exportTo, metadata.namespace, proxy.namespace, mesh.defaultExportTo.destinationRule)) return false;
    if (spec.workloadSelector !== undefined && (metadata.namespace !== proxy.namespace || !selectorMatches(spec.workloadSelector.matchLabels, proxy.labels))) return false;
    const host = fullHost(spec.host, metadata.namespace, mesh.domainSuffix);
    return imports(proxy, namespaceOf(host, mesh), [host]);
  },
  ServiceEntry: ({ metadata, spec }, proxy, { mesh }) =>
    isVisible(spec.exportTo, metadata.namespace, proxy.namespace, mesh.defaultExportTo.service) &&
    imports(proxy, metadata.namespace, spec.hosts.map((host) => fullHost(host, metadata.namespace, mesh.domainSuffix))),
  WorkloadEntry: ({ metadata }, proxy) => imports(proxy, metadata.namespace, ['*']),
  Gateway: (resource, proxy) => selects(resource, proxy),
  Sidecar: (resource, proxy) => proxy.sidecar === resourceKey(resource),
  // Callers go by it as those do who are called.
  PeerAuthentication: ({ metadata: { namespace } }, proxy, { mesh }) => namespace === mesh.rootNamespace || namespace === proxy.namespace || imports(proxy, namespace, ['*']),
  // Objects of the Kubernetes Gateway API are nobody here, and clients without a proxy have no Envoy.
  EnvoyFilter: ({ metadata, spec }, proxy, { mesh }) => proxy.type !== 'proxyless' && !spec.targetRefs?.length && isFor(metadata.namespace, spec.workloadSelector?.labels, proxy, mesh),
  DenyList: ({ metadata, spec }, proxy, { mesh }) => proxy.type === 'sidecar' && isFor(metadata.namespace, spec.selector?.matchLabels, proxy, mesh),
  MeshConfig: () => true,
  // These are for agents.
  WorkloadGroup: nobody,
  ProxyConfig: nobody,
};

function selects(gateway: Gateway | undefined, { type, labels }: ConcernedProxy): boolean {
  return gateway !== undefined && type === 'gateway' && selectorMatches(gateway.spec.selector, labels);
}

/** Whether a policy is for a proxy: one of its namespace, or of the root namespace for all. */
function isFor(namespace: string, selector: Labels | undefined, proxy: ConcernedProxy, { rootNamespace }: ConcernContext['mesh']): boolean {
  return (namespace === proxy.namespace || namespace === rootNamespace) && selectorMatches(selector, proxy.labels);
}

/** The namespace that a service is in by its name; any where the name does not say. */
function namespaceOf(host: string, { domainSuffix }: ConcernContext['mesh']): string {
  return host.endsWith(`.${domainSuffix}`) ? (host.slice(0, -domainSuffix.length - 1).split('.').at(-1) ?? anyNamespace) : anyNamespace;
}

/** Whether a proxy reaches any of some hosts of a namespace, of whichever where it is `*`. */
function imports({ egress }: ConcernedProxy, namespace: string, hosts: readonly string[]): boolean {
  if (egress === undefined) return true;
  return egress.listeners.some((listener) => [...(namespace === anyNamespace ? listener.hosts.included.keys() : [namespace])].some((owner) => importsRule(listener.hosts, owner, hosts)));
}
