import { ClusterLoadAssignmentSchema } from '@flotilla/envoy-api/envoy/config/endpoint/v3/endpoint_pb.js';
import { ClusterSchema } from '@flotilla/envoy-api/envoy/config/cluster/v3/cluster_pb.js';
import { endpointPort, endpointsOf, ruleFor, takesMutualTls, type EffectiveRule, type Endpoint, type MeshConfig, type Service, type ServicePort, type Snapshot } from '@flotilla/mesh';
import type { Subset } from '@flotilla/resources';
import { clientVariant, endpointGroups } from '../endpoints/endpoint-groups.ts';
import { isReachable, localityEndpoints } from '../endpoints/lb-endpoint.ts';
import { isNear, networkKey } from '../endpoints/networks.ts';
import { subsetMembers } from '../endpoints/subset-members.ts';
import { typeUrls, type EnvoyResource } from '../envoy-resource.ts';
import type { Scope } from '../scope.ts';
import { encodeResource } from '../wire/encode.ts';
import { connectionPolicy } from './connection-policy.ts';
import { eds, usesEds } from './discovery.ts';
import { outboundSni } from './names.ts';
import { portPolicy } from './policy.ts';
import { portSubsets } from './port-subsets.ts';
import { ServiceCache } from './service-cache.ts';

const cache = new ServiceCache();

/** Whether mTLS for a service can be passed on as it came: by its endpoints' addresses, and inside the mesh. */
export function takesPassedOn(service: Service): boolean {
  return usesEds(service) && !service.external;
}

/**
 * The clusters of a service at a gateway that passes mTLS on by the SNI that sidecars ask with, one a
 * port and subset, and their assignments. Each is called by that SNI, and has no endpoint but those
 * of its network that take mTLS: nobody gets to others this way.
 */
export function sniResources(snapshot: Snapshot, scope: Scope, service: Service): readonly EnvoyResource[] {
  if (!takesPassedOn(service)) return [];
  const rule = ruleFor(snapshot, scope, service);
  const endpoints = endpointsOf(snapshot, service);
  return cache.resources(service, rule, `${scope.knowsPeers ? 'peers ' : ''}${clientVariant(rule, scope.labels, snapshot.mesh)} ${networkKey(scope.networks)}`, endpoints, () =>
    portSubsets(service, rule).flatMap(({ port, subset }) => resourcesOf(service, port, subset, rule, endpoints, scope, snapshot.mesh)),
  );
}

function resourcesOf(service: Service, port: ServicePort, subset: Subset | undefined, rule: EffectiveRule | undefined, endpoints: readonly Endpoint[], { labels: client, networks, knowsPeers }: Scope, mesh: MeshConfig): EnvoyResource[] {
  const name = outboundSni(service.host, port.number, subset?.name);
  const policy = portPolicy(mesh, rule, port.number, subset);
  const members = subsetMembers(subset, port, endpoints).filter((endpoint) => isReachable(endpoint, { paths: true }) && isNear(endpoint, networks) && takesMutualTls(endpoint, endpointPort(endpoint, port)));
  const groups = endpointGroups(members, policy, client, mesh);
  return [
    { typeUrl: typeUrls.cluster, name, bytes: encodeResource(ClusterSchema, { name, ...eds }, connectionPolicy(policy, { protocol: 'TCP', ownBalancing: true, knowsPeers }, mesh)) },
    { typeUrl: typeUrls.endpoint, name, bytes: encodeResource(ClusterLoadAssignmentSchema, { clusterName: name, endpoints: localityEndpoints(groups, port) }) },
  ];
}
