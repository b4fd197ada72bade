import { fromBinary } from '@bufbuild/protobuf';
import type { Any } from '@bufbuild/protobuf/wkt';
import { BinaryReader } from '@bufbuild/protobuf/wire';
import { Cluster_DiscoveryType, ClusterSchema } from '@flotilla/envoy-api/envoy/config/cluster/v3/cluster_pb.js';
import { ListenerSchema, type Listener } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_pb.js';
import { RouteConfigurationSchema } from '@flotilla/envoy-api/envoy/config/route/v3/route_pb.js';
import { HttpConnectionManagerSchema } from '@flotilla/envoy-api/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js';

/** A resource that an ADS client was sent. */
export interface AdsResource {
  readonly typeUrl: string;
  readonly name: string;
  /** Of delta streams only; empty otherwise. */
  readonly version: string;
  readonly bytes: Uint8Array;
}

/** Names of a type that a resource makes its receiver ask for. */
export interface AdsReference {
  readonly typeUrl: string;
  readonly names: readonly string[];
}

export const adsTypes = {
  cluster: 'type.googleapis.com/envoy.config.cluster.v3.Cluster',
  endpoint: 'type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment',
  listener: 'type.googleapis.com/envoy.config.listener.v3.Listener',
  route: 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration',
  virtualHost: 'type.googleapis.com/envoy.config.route.v3.VirtualHost',
} as const;

/** The types whose state-of-the-world responses hold everything. */
export const wholeSetTypes: ReadonlySet<string> = new Set([adsTypes.cluster, adsTypes.listener]);

/** What Envoy asks for next to a cluster (its endpoints), a listener (its routes), or a route configuration (its virtual hosts). */
export function envoyReferences({ typeUrl, bytes }: AdsResource): readonly AdsReference[] {
  if (typeUrl === adsTypes.cluster) {
    const { name, clusterDiscoveryType, edsClusterConfig } = fromBinary(ClusterSchema, bytes);
    const discovered = clusterDiscoveryType.case === 'type' && clusterDiscoveryType.value === Cluster_DiscoveryType.EDS;
    return discovered ? [{ typeUrl: adsTypes.endpoint, names: [edsClusterConfig?.serviceName || name] }] : [];
  }
  if (typeUrl === adsTypes.listener) return [{ typeUrl: adsTypes.route, names: routesOf(fromBinary(ListenerSchema, bytes)) }];
  if (typeUrl === adsTypes.route && fromBinary(RouteConfigurationSchema, bytes).vhds !== undefined) return [{ typeUrl: adsTypes.virtualHost, names: [] }];
  return [];
}

function routesOf({ filterChains, defaultFilterChain }: Listener): readonly string[] {
  const chains = defaultFilterChain === undefined ? filterChains : [...filterChains, defaultFilterChain];
  return chains
    .flatMap(({ filters }) => filters)
    .map(({ configType }) => (configType.case === 'typedConfig' ? configType.value : undefined))
    .filter((config) => config?.typeUrl.endsWith('.HttpConnectionManager') === true)
    .map((config) => fromBinary(HttpConnectionManagerSchema, (config as Any).value).routeSpecifier)
    .flatMap((specifier) => (specifier.case === 'rds' ? [specifier.value.routeConfigName] : []));
}

/** A resource's name: field 1 of every type that is subscribed to. */
export function nameOf(bytes: Uint8Array): string {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1) return reader.string();
    reader.skip(wireType, field);
  }
  return '';
}
