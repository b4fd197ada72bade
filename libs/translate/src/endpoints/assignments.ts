import { ClusterLoadAssignmentSchema } from '@flotilla/envoy-api/envoy/config/endpoint/v3/endpoint_pb.js';
import { endpointsOf, ruleFor, type Service, type ServicePort, type Snapshot } from '@flotilla/mesh';
import { usesEds } from '../clusters/discovery.ts';
import { isPassthrough } from '../clusters/passthrough.ts';
import { outboundCluster } from '../clusters/names.ts';
import { portPolicy } from '../clusters/policy.ts';
import { portSubsets } from '../clusters/port-subsets.ts';
import { ServiceCache } from '../clusters/service-cache.ts';
import { typeUrls, type EnvoyResource } from '../envoy-resource.ts';
import { clusterPlace, type Scope } from '../scope.ts';
import { callablePorts } from '../proxyless/callable-ports.ts';
import { encodeResource } from '../wire/encode.ts';
import { clientVariant, endpointGroups, type EndpointGroup } from './endpoint-groups.ts';
import { isReachable, localityEndpoints } from './lb-endpoint.ts';
import { networkKey, throughGateways } from './networks.ts';
import { subsetMembers } from './subset-members.ts';

const cache = new ServiceCache();

/**
 * The assignments for the clusters of a service that take their endpoints over EDS: one for each,
 * also where there is no endpoint, for a cluster without an answer never finishes warming.
 */
export function assignments(snapshot: Snapshot, scope: Scope, service: Service): readonly EnvoyResource[] {
  if (!usesEds(service)) return [];
  const { intercepted } = clusterPlace(scope);
  // What gRPC clients ask of an assignment.
  const placed = scope.type === 'proxyless';
  const rule = ruleFor(snapshot, scope, service);
  const endpoints = endpointsOf(snapshot, service);
  return cache.resources(service, rule, `${intercepted ? 'intercepted' : ''}${placed ? 'placed' : ''} ${clientVariant(rule, scope.labels, snapshot.mesh)} ${networkKey(scope.networks)}`, endpoints, () =>
    portSubsets(placed ? { ports: callablePorts(service) } : service, rule).flatMap(({ port, subset }) => {
      const policy = portPolicy(snapshot.mesh, rule, port.number, subset);
      if (intercepted && isPassthrough(policy.loadBalancer)) return [];
      const members = subsetMembers(subset, port, endpoints).filter((endpoint) => isReachable(endpoint, { paths: !placed }));
      const groups = endpointGroups(members, policy, scope.labels, snapshot.mesh);
      return [assignment(outboundCluster(service.host, port.number, subset?.name), throughGateways(groups, port, policy, scope.networks, snapshot.mesh), port, placed)];
    }),
  );
}

function assignment(name: string, groups: readonly EndpointGroup[], port: ServicePort, placed: boolean): EnvoyResource {
  const bytes = encodeResource(ClusterLoadAssignmentSchema, { clusterName: name, endpoints: localityEndpoints(groups, port, placed) });
  return { typeUrl: typeUrls.endpoint, name, bytes };
}
