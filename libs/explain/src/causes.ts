import { gatewaysByAge, hostMatches, meshGateway, ruleFor, serviceFor, virtualServiceHosts, virtualServicesFor, virtualServicesOfGateway, type Service, type Snapshot } from '@flotilla/mesh';
import { resourceKey, selectorMatches, type VirtualService } from '@flotilla/resources';
import { scopeOf, type ProxyDescription, type Scope } from '@flotilla/translate';
import type { Cause, ExplainedCluster, Explanation } from './explanation.ts';

/**
 * The resources, and the fields of theirs, that a request landed where it did because of. They are found by the
 * names of what was made of them: saying it in each route would cost every proxy more bytes than its answer is worth.
 *
 * @param snapshot the mesh that the proxy's configuration was made from
 */
export function causesOf(snapshot: Snapshot, proxy: ProxyDescription, { virtualHost, route, clusters }: Explanation): Cause[] {
  const scope = scopeOf(snapshot, proxy);
  const unknown = [route, ...clusters.map(({ name }) => name)].some((name) => name !== null && forUnknownHosts.has(name));
  return [
    ...(virtualHost === null || route === null ? [] : routeCauses(snapshot, scope, virtualHost, route)),
    ...clusters.flatMap((cluster) => clusterCauses(snapshot, scope, cluster)),
    ...(unknown ? [{ of: 'unknown host' as const, resource: 'MeshConfig', path: 'outboundTrafficPolicy' }] : []),
  ];
}

/** What is made for hosts that nobody in the mesh has. */
const forUnknownHosts = new Set(['allow_any', 'block_all', 'PassthroughCluster']);

function routeCauses(snapshot: Snapshot, scope: Scope, virtualHost: string, route: string): Cause[] {
  const [, host = virtualHost, port] = /^(.*):(\d+)$/.exec(virtualHost) ?? [];
  const speakers = (scope.type === 'gateway' ? gatewaySpeakers(snapshot, scope, host) : sidecarSpeakers(snapshot, scope, host, Number(port))).filter(({ spec }) => (spec.http ?? []).length > 0);
  const found = speakers.map((speaker) => ({ speaker, at: ruleNamed(speaker, route) }));
  const named = found.filter(({ at }) => at !== undefined);
  return (named.length > 0 ? named : found).map(({ speaker, at }) => ({ of: 'route', resource: resourceKey(speaker), path: at === undefined ? 'spec.http' : `spec.http[${at}]` }));
}

/** For a host in the mesh one VirtualService speaks, the first that has something to say. */
function sidecarSpeakers(snapshot: Snapshot, scope: Scope, host: string, port: number): VirtualService[] {
  return [...virtualServicesFor(snapshot, scope, meshGateway, host, port)].slice(0, 1);
}

function gatewaySpeakers(snapshot: Snapshot, scope: Scope, host: string): VirtualService[] {
  const gateways = gatewaysByAge(snapshot).filter(({ spec }) => selectorMatches(spec.selector, scope.labels));
  const speakers = gateways.flatMap(({ metadata }) => virtualServicesOfGateway(snapshot, scope, `${metadata.namespace}/${metadata.name}`));
  return [...new Set(speakers)].filter((resource) => virtualServiceHosts(resource, snapshot.mesh.domainSuffix).some((own) => hostMatches(own, host) || hostMatches(host, own)));
}

/** The place of the rule that a route is named after; of an only rule, whatever its name. */
function ruleNamed({ spec: { http = [] } }: VirtualService, route: string): number | undefined {
  if (http.length === 1) return 0;
  const at = http.findIndex(({ name }) => name !== undefined && name !== '' && (route === name || route.startsWith(`${name}.`)));
  return at === -1 ? undefined : at;
}

function clusterCauses(snapshot: Snapshot, scope: Scope, { name }: ExplainedCluster): Cause[] {
  const [direction, port, subset = '', host = ''] = name.split('|');
  const service = direction === 'outbound' ? serviceFor(snapshot, scope, host) : undefined;
  if (service === undefined) return [];
  const rule = ruleFor(snapshot, scope, service);
  const path = subset === '' ? 'spec.trafficPolicy' : `spec.subsets[${subset}]`;
  const ruled = rule !== undefined && (subset === '' ? rule.trafficPolicy !== undefined : rule.subsets.some((one) => one.name === subset));
  return [
    ...service.sources.map((resource): Cause => ({ of: 'cluster', resource: written(resource), path: 'spec' })),
    ...protocolCauses(snapshot, service, Number(port)),
    ...(ruled ? rule.sources.map((resource): Cause => ({ of: 'cluster', resource, path })) : []),
  ];
}

/** What says which protocol a port speaks: the field, or the port alone where nothing says it and each connection is looked into. */
function protocolCauses({ resources }: Snapshot, { sources, ports }: Service, number: number): Cause[] {
  const found = sources.flatMap((source) => {
    const resource = resources.get(source);
    const at = resource?.kind === 'ServiceEntry' ? (resource.spec.ports ?? []).findIndex((port) => port.number === number) : -1;
    return resource?.kind !== 'ServiceEntry' || at === -1 ? [] : [{ source, at, declared: Boolean(resource.spec.ports?.[at]?.protocol) }];
  });
  const [first] = found;
  if (first === undefined) return [];
  const named = ports.some((port) => port.number === number && port.protocol !== 'AUTO') ? '.name' : '';
  const field = isMade(first.source) ? '' : first.declared ? '.protocol' : named;
  return [{ of: 'protocol', resource: written(first.source), path: `spec.ports[${first.at}]${field}` }];
}

/** Whether a ServiceEntry was made of a Kubernetes object, whose fields are called otherwise. */
function isMade(source: string): boolean {
  return written(source) !== source;
}

/** What the user knows a resource as: `ServiceEntry/shop/Service:reviews` is made of the Service `reviews`. */
function written(resource: string): string {
  return resource.replace(/^ServiceEntry\/([^/]+)\/(\w+):/, '$2/$1/');
}
