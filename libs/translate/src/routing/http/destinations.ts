import type { WeightedCluster_ClusterWeightSchema } from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import type { HTTPRouteDestination, RouteDestination } from '@flotilla/resources';
import type { Fields } from '../../message-fields.ts';
import { authorityFrom, headerOperations } from './header-operations.ts';
import type { RouteContext } from './route-context.ts';
import type { RouteActionFields } from './route-fields.ts';

/** The destinations that get requests or connections: a weight of 0, or none, counts only where there are others. */
export function liveDestinations<D extends RouteDestination>(route: readonly D[]): readonly D[] {
  return route.length > 1 ? route.filter(({ weight }) => weight !== undefined && weight > 0) : route;
}

/** One cluster, or several by weight with their own header operations; `destinations` is not empty. */
export function clusterSpecifier(
  destinations: readonly HTTPRouteDestination[],
  context: Pick<RouteContext, 'destinationCluster'>,
): NonNullable<RouteActionFields['clusterSpecifier']> {
  const clusters = destinations.map((destination) => clusterWeight(destination, context));
  const [first, ...others] = clusters;
  if (first !== undefined && others.length === 0) return { case: 'cluster', value: first.name };
  return { case: 'weightedClusters', value: { clusters } };
}

function clusterWeight(route: HTTPRouteDestination, context: Pick<RouteContext, 'destinationCluster'>) {
  const authority = authorityFrom(route.headers);
  return {
    name: context.destinationCluster(route.destination),
    weight: route.weight ?? 0,
    ...headerOperations(route.headers),
    ...(authority === undefined ? {} : { hostRewriteSpecifier: { case: 'hostRewriteLiteral' as const, value: authority } }),
  } satisfies Fields<typeof WeightedCluster_ClusterWeightSchema>;
}
