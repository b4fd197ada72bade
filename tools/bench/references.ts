import { AnySchema } from '@bufbuild/protobuf/wkt';
import { Cluster_DiscoveryType, Cluster_EdsClusterConfigSchema, ClusterSchema } from '@flotilla/envoy-api/envoy/config/cluster/v3/cluster_pb.js';
import { FilterChainSchema, FilterSchema } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_components_pb.js';
import { ListenerSchema } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_pb.js';
import { RouteConfigurationSchema } from '@flotilla/envoy-api/envoy/config/route/v3/route_pb.js';
import { HttpConnectionManagerSchema, RdsSchema } from '@flotilla/envoy-api/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js';
import { adsTypes } from '@flotilla/testing';
import { subscription, type SentResource } from './delta-messages.ts';
import { valuesAt } from './field-scan.ts';

/** A name that a resource makes its receiver ask for, and its encoded subscription. */
export interface Wanted {
  readonly name: string;
  readonly frame: Uint8Array;
}

/** What a resource makes its receiver ask for of one type: names, or all there is. */
export interface Reference {
  readonly typeUrl: string;
  readonly wanted: readonly Wanted[] | 'all';
}

/** Types whose resources refer to others. */
export const referring: ReadonlySet<string> = new Set([adsTypes.cluster, adsTypes.listener, adsTypes.route]);

interface Known {
  readonly version: string;
  readonly references: readonly Reference[];
}

/** By type and name: read once for the whole fleet, for most proxies are sent the same. */
const known = new Map<string, Map<string, Known>>();

/**
 * What Envoy asks for next when it is sent this: the endpoints of a cluster, the routes of a listener, and the virtual
 * hosts of a route configuration that leaves them to virtual host discovery.
 */
export function referencesOf(typeUrl: string, resource: SentResource): readonly Reference[] {
  let ofType = known.get(typeUrl);
  if (ofType === undefined) known.set(typeUrl, (ofType = new Map<string, Known>()));
  const { name, version } = resource;
  const before = ofType.get(name);
  if (before?.version === version) return before.references;
  const references = read(typeUrl, resource);
  ofType.set(name, { version, references });
  return references;
}

function read(typeUrl: string, { name, message }: SentResource): readonly Reference[] {
  if (typeUrl === adsTypes.cluster) return named(adsTypes.endpoint, endpointsOf(name, message));
  if (typeUrl === adsTypes.listener) return named(adsTypes.route, routesOf(message));
  return valuesAt(message, discoversHosts).length === 0 ? [] : [{ typeUrl: adsTypes.virtualHost, wanted: 'all' }];
}

function named(typeUrl: string, names: readonly string[]): readonly Reference[] {
  return names.length === 0 ? [] : [{ typeUrl, wanted: names.map((name) => ({ name, frame: subscription(name) })) }];
}

const discoversHosts = [RouteConfigurationSchema.field.vhds.number];
const discoveryType = [ClusterSchema.field.type.number];
const serviceName = [ClusterSchema.field.edsClusterConfig.number, Cluster_EdsClusterConfigSchema.field.serviceName.number];

function endpointsOf(cluster: string, message: Buffer): string[] {
  const [type] = valuesAt(message, discoveryType);
  // A small number is one byte on the wire.
  if (type?.[0] !== Cluster_DiscoveryType.EDS) return [];
  const [service] = valuesAt(message, serviceName);
  return [service?.toString() || cluster];
}

const { filterChains, defaultFilterChain } = ListenerSchema.field;
const filterConfig = [FilterChainSchema.field.filters.number, FilterSchema.field.typedConfig.number];
const typeOfAny = [AnySchema.field.typeUrl.number];
const routeName = [AnySchema.field.value.number, HttpConnectionManagerSchema.field.rds.number, RdsSchema.field.routeConfigName.number];

function routesOf(listener: Buffer): string[] {
  return [filterChains, defaultFilterChain]
    .flatMap(({ number }) => valuesAt(listener, [number, ...filterConfig]))
    .filter((config) => valuesAt(config, typeOfAny)[0]?.toString().endsWith('.HttpConnectionManager'))
    .flatMap((config) => valuesAt(config, routeName).map(String));
}
