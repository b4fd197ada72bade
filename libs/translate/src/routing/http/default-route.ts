import type { RouteAction_HashPolicy } from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import type { HTTPRetry } from '@flotilla/resources';
import { retryPolicy } from './retry-policy.ts';
import type { RouteFields } from './route-fields.ts';
import { routeMatch } from './route-match.ts';
import { timeouts } from './timeouts.ts';

/**
 * Every request to `cluster` with the mesh's defaults: what a service without a VirtualService gets.
 *
 * @param retries those of the mesh, where it has any
 * @param hashPolicy how a consistent-hash load balancer wants requests hashed
 */
export function defaultRoute(cluster: string, retries: HTTPRetry | undefined, hashPolicy: readonly RouteAction_HashPolicy[] = []): RouteFields {
  return {
    name: 'default',
    match: routeMatch(undefined),
    action: {
      case: 'route',
      value: {
        clusterSpecifier: { case: 'cluster', value: cluster },
        hashPolicy: [...hashPolicy],
        ...timeouts(),
        ...retryPolicy(retries, { consistentHash: hashPolicy.length > 0, defaults: undefined }),
      },
    },
  };
}
