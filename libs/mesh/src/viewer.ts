import { isVisible, type VirtualService } from '@flotilla/resources';
import { virtualServiceHosts } from './destination-hosts.ts';
import { listenerAt, type Egress, type EgressListener } from './egress.ts';
import { importsRule, importsService } from './imported-hosts.ts';
import type { MeshConfig } from './mesh-config.ts';
import type { Service } from './service.ts';
import { remember } from './remember.ts';

/**
 * Who looks at the mesh: the clients of a namespace see what is exported to it, and under a Sidecar only
 * what that imports.
 */
export interface Viewer {
  readonly namespace: string;
  /** What a Sidecar imports; everything when absent. */
  readonly egress?: Egress;
}

/** A viewer, and the clients of each proxy of its Sidecar, who see what that imports. */
export function viewersWithin(viewer: Viewer): Viewer[] {
  return [viewer, ...(viewer.egress?.proxies ?? []).map(({ egress }) => ({ namespace: viewer.namespace, egress }))];
}

/** What a viewer sees of a service: with the ports alone under whose listeners it is imported. */
export function seenService({ namespace, egress }: Viewer, service: Service): Service | undefined {
  if (!isVisible(service.exportTo, service.namespace, namespace)) return undefined;
  if (egress === undefined) return service;
  const importing = new Set<EgressListener | undefined>(egress.listeners.filter(({ hosts }) => importsService(hosts, service.namespace, service.host)));
  if (importing.size === 0) return undefined;
  const numbers = service.ports.map(({ number }) => number).filter((number) => importing.has(listenerAt(egress, number)));
  return withPorts(service, numbers);
}

/**
 * Whether a viewer sees a VirtualService.
 *
 * @param port the port that traffic is for; any when absent
 */
export function seesVirtualService({ namespace, egress }: Viewer, resource: VirtualService, mesh: Pick<MeshConfig, 'domainSuffix' | 'defaultExportTo'>, port?: number): boolean {
  const { metadata, spec } = resource;
  if (!isVisible(spec.exportTo, metadata.namespace, namespace, mesh.defaultExportTo.virtualService)) return false;
  if (egress === undefined) return true;
  const listeners = port === undefined ? egress.listeners : [listenerAt(egress, port)];
  return listeners.some((listener) => listener !== undefined && importsRule(listener.hosts, metadata.namespace, virtualServiceHosts(resource, mesh.domainSuffix)));
}

const narrowed = new WeakMap<Service, Map<string, Service>>();

/** The service with some of its ports only; one object for all who see the same of it, and none where no port is left. */
function withPorts(service: Service, numbers: readonly number[]): Service | undefined {
  if (numbers.length === service.ports.length) return service;
  if (numbers.length === 0) return undefined;
  const views = remember(narrowed, service, () => new Map<string, Service>());
  return remember(views, numbers.join(), () => ({ ...service, ports: service.ports.filter(({ number }) => numbers.includes(number)) }));
}
