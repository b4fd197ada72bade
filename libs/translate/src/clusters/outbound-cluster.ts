import { ClusterSchema } from '@flotilla/envoy-api/envoy/config/cluster/v3/cluster_pb.js';
import { endpointPort, isWildcard, servesPort, takesMutualTls, type EffectiveRule, type Endpoint, type Labels, type MeshConfig, type Service, type ServicePort } from '@flotilla/mesh';
import type { Subset } from '@flotilla/resources';
import { subsetMembers } from '../endpoints/subset-members.ts';
import { typeUrls, type EnvoyResource } from '../envoy-resource.ts';
import { connectionPolicy } from './connection-policy.ts';
import { dns, eds, originalDestination, usesEds } from './discovery.ts';
import { namedDestination } from './forward-proxy.ts';
import { speaksHttp2 } from './http-protocol.ts';
import { outboundCluster, outboundSni } from './names.ts';
import { isPassthrough } from './passthrough.ts';
import { portPolicy, type PortPolicy } from './policy.ts';
import { statName } from './stat-name.ts';
import { upstreamSecurity } from './upstream-security.ts';
import type { Fields } from '../message-fields.ts';
import { encodeResource } from '../wire/encode.ts';

/** Where a cluster is used; it makes a difference to some. */
export interface ClusterPlace {
  /** Connections have an original destination: those that were intercepted do. */
  readonly intercepted: boolean;
  /** Connections leave from the workload's own address, which the outside has no way back to. */
  readonly bound: boolean;
  /** Requests come as to an HTTP proxy, and can be sent to whatever host they name. */
  readonly forwards: boolean;
  /** Envoy knows how its peers are spread over zones, and goes by that unless it is told not to. */
  readonly knowsPeers: boolean;
}

/** Whether a service stands for hosts that only a request can name. */
export function isNamedByRequest({ host, resolution }: Service): boolean {
  return resolution === 'NONE' && isWildcard(host);
}

/**
 * The cluster for a port of a service, or for one subset of it; nothing where there is nowhere to send to.
 *
 * @param client labels of who calls: localities may matter to it
 */
export function outboundClusterResource(
  service: Service,
  port: ServicePort,
  subset: Subset | undefined,
  rule: EffectiveRule | undefined,
  endpoints: readonly Endpoint[],
  place: ClusterPlace,
  client: Labels,
  mesh: MeshConfig,
): EnvoyResource | undefined {
  const name = outboundCluster(service.host, port.number, subset?.name);
  const policy = portPolicy(mesh, rule, port.number, subset);
  const discovery = discoveryOf(service, port, subset, policy, endpoints, place, client, name, mesh);
  if (discovery === undefined) return undefined;
  const http2 = speaksHttp2(port.protocol, policy, mesh);
  const security = upstreamSecurity(policy, service, outboundSni(service.host, port.number, subset?.name), http2, mesh, discovery === originalDestination ? allTakeMutualTls(endpoints, port) : undefined);
  const own = { name, ...statName(mesh.statNames.outbound, { host: service.host, port, ...(subset === undefined ? {} : { subset: subset.name }) }, mesh), ...discovery, ...security.cluster, ...(place.bound && service.external ? leaveFromAnyAddress : {}) };
  const shared = connectionPolicy(policy, { protocol: port.protocol, autoTls: security.autoTls, ownBalancing: discovery.lbPolicy === undefined, knowsPeers: place.knowsPeers }, mesh);
  return { typeUrl: typeUrls.cluster, name, bytes: encodeResource(ClusterSchema, own, shared) };
}

/** Where a connection may go to any of them, and which one is not known before. */
function allTakeMutualTls(endpoints: readonly Endpoint[], port: ServicePort): boolean {
  const serving = endpoints.filter((endpoint) => servesPort(endpoint, port));
  return serving.length > 0 && serving.every((endpoint) => takesMutualTls(endpoint, endpointPort(endpoint, port)));
}

/** Overrides the proxy-wide source address. */
export const leaveFromAnyAddress: Fields<typeof ClusterSchema> = {
  upstreamBindConfig: { sourceAddress: { address: '0.0.0.0', portSpecifier: { case: 'portValue', value: 0 } } },
};

function discoveryOf(
  service: Service,
  port: ServicePort,
  subset: Subset | undefined,
  policy: PortPolicy,
  endpoints: readonly Endpoint[],
  place: ClusterPlace,
  client: Labels,
  name: string,
  mesh: MeshConfig,
): Fields<typeof ClusterSchema> | undefined {
  if (place.intercepted && (service.resolution === 'NONE' || isPassthrough(policy.loadBalancer))) return originalDestination;
  if (service.resolution === 'DYNAMIC_DNS' || (place.forwards && isNamedByRequest(service))) return namedDestination;
  if (usesEds(service)) return eds;
  return dns(service, port, subsetMembers(subset, port, endpoints), policy, client, name, mesh);
}
