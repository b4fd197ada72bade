/** The type URLs whose resources depend on one another, and so have a place in the order of a push. */
export const resourceTypes = {
  cluster: 'type.googleapis.com/envoy.config.cluster.v3.Cluster',
  endpoint: 'type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment',
  listener: 'type.googleapis.com/envoy.config.listener.v3.Listener',
  route: 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration',
  scopedRoute: 'type.googleapis.com/envoy.config.route.v3.ScopedRouteConfiguration',
  virtualHost: 'type.googleapis.com/envoy.config.route.v3.VirtualHost',
  secret: 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret',
} as const;

/**
 * When a type's changes may be sent: `first` and `last` wait for one another (make before break), `free` ones,
 * such as endpoints, never wait.
 */
export type Stage = 'first' | 'last' | 'free';

/** How the protocol treats one type. */
export interface ResourceTypeTraits {
  readonly typeUrl: string;
  readonly stage: Stage;
  /** State of the world: each response holds everything, and what is missing from it is gone. */
  readonly wholeSets: boolean;
  /** Naming nothing means nothing. Of other types it means everything there is. */
  readonly byNameOnly: boolean;
  /** Its removals, unlike its changes, wait until nothing can refer to what goes. */
  readonly removedLast: boolean;
  /** Kept out of state-of-the-world streams, which have no such subscription. */
  readonly deltaOnly: boolean;
  /** Envoy takes a response whole or not at all; of other types it takes what is right, and names what is not. */
  readonly refusedWhole: boolean;
  /** Goes in one response however large: what a response leaves out must not be missed, nor what it takes over be taken twice. */
  readonly atOnce: boolean;
}

const traits = (typeUrl: string, stage: Stage, rest: Partial<ResourceTypeTraits> = {}): ResourceTypeTraits => ({
  typeUrl,
  stage,
  wholeSets: false,
  byNameOnly: false,
  removedLast: false,
  deltaOnly: false,
  refusedWhole: false,
  atOnce: false,
  ...rest,
});

/** In the order in which they are sent. */
const known: readonly ResourceTypeTraits[] = [
  traits(resourceTypes.cluster, 'first', { wholeSets: true, removedLast: true }),
  traits(resourceTypes.endpoint, 'free', { byNameOnly: true, removedLast: true, refusedWhole: true }),
  traits(resourceTypes.secret, 'free', { byNameOnly: true, refusedWhole: true }),
  traits(resourceTypes.listener, 'last', { wholeSets: true }),
  traits(resourceTypes.scopedRoute, 'last', { wholeSets: true }),
  traits(resourceTypes.route, 'last', { byNameOnly: true, refusedWhole: true }),
  traits(resourceTypes.virtualHost, 'last', { deltaOnly: true, refusedWhole: true, atOnce: true }),
];

const byUrl = new Map(known.map((each) => [each.typeUrl, each]));

/** Position of a type in a push; types that nothing depends on come after the known ones. */
export function sendOrder(typeUrl: string): number {
  const index = known.findIndex((each) => each.typeUrl === typeUrl);
  return index === -1 ? known.length : index;
}

/** How to treat a type; one that is not known is sent freely, as whole sets. */
export function traitsOf(typeUrl: string): ResourceTypeTraits {
  return byUrl.get(typeUrl) ?? traits(typeUrl, 'free', { wholeSets: true });
}
