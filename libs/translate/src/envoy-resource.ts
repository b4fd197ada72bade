/** One resource as Envoy takes it. The same object means the same bytes; scopes share objects. */
export interface EnvoyResource {
  /** `type.googleapis.com/envoy.config.cluster.v3.Cluster` and its like. */
  readonly typeUrl: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The name of a resource of a type. */
export interface ResourceName {
  readonly typeUrl: string;
  readonly name: string;
}

/** What a change does to the resources of a scope or of a proxy. */
export interface ResourceUpdate {
  /** Resources that are new or whose bytes differ. */
  readonly upserts: readonly EnvoyResource[];
  readonly removals: readonly ResourceName[];
}

export const typeUrls = {
  cluster: 'type.googleapis.com/envoy.config.cluster.v3.Cluster',
  endpoint: 'type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment',
  listener: 'type.googleapis.com/envoy.config.listener.v3.Listener',
  route: 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration',
  virtualHost: 'type.googleapis.com/envoy.config.route.v3.VirtualHost',
} as const;
