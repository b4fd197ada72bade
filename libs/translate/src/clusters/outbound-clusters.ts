import { endpointsOf, ruleFor, type Endpoint, type Service, type Snapshot } from '@flotilla/mesh';
import { clientVariant } from '../endpoints/endpoint-groups.ts';
import type { EnvoyResource } from '../envoy-resource.ts';
import { clusterPlace, type Scope } from '../scope.ts';
import { usesEds } from './discovery.ts';
import { isNamedByRequest, outboundClusterResource } from './outbound-cluster.ts';
import { mayPassThrough } from './passthrough.ts';
import { portSubsets } from './port-subsets.ts';
import { ServiceCache } from './service-cache.ts';

const cache = new ServiceCache();
const apart: readonly Endpoint[] = [];

/** The clusters of a service, one a port and subset, as proxies of a scope use them. */
export function outboundClusters(snapshot: Snapshot, scope: Scope, service: Service): readonly EnvoyResource[] {
  const rule = ruleFor(snapshot, scope, service);
  const place = clusterPlace(scope);
  const endpoints = usesEds(service) && !(place.intercepted && mayPassThrough(rule)) ? apart : endpointsOf(snapshot, service);
  const variant = `${place.intercepted ? 'intercepted' : ''}${place.knowsPeers ? 'peers' : ''}${place.bound && service.external ? 'bound' : ''}${place.forwards && isNamedByRequest(service) ? 'forwarded' : ''} ${usesEds(service) ? '' : clientVariant(rule, scope.labels, snapshot.mesh)}`;
  return cache.resources(service, rule, variant, endpoints, () =>
    portSubsets(service, rule).flatMap(({ port, subset }) => outboundClusterResource(service, port, subset, rule, endpoints, place, scope.labels, snapshot.mesh) ?? []),
  );
}
