import { RouteConfigurationSchema } from '@flotilla/envoy-api/envoy/config/route/v3/route_pb.js';
import { VirtualHostSchema, type VirtualHost } from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import { typeUrls, type EnvoyResource } from '../envoy-resource.ts';
import type { Fields } from '../message-fields.ts';
import { encode } from '../wire/encode.ts';
import { concatenate, lengthDelimited } from '../wire/length-delimited.ts';

/** The number of `RouteConfiguration.virtual_hosts`. */
const virtualHosts = 2;

/** An encoded virtual host. */
export function virtualHostBytes(fields: Fields<typeof VirtualHostSchema> | VirtualHost): Uint8Array {
  return encode(VirtualHostSchema, fields);
}

/**
 * A route configuration, put together from virtual hosts that are encoded already.
 *
 * @param hosts encoded as {@link virtualHostBytes} does
 */
export function routeConfiguration(name: string, hosts: readonly Uint8Array[], fields: Fields<typeof RouteConfigurationSchema> = {}): EnvoyResource {
  // Routes may name clusters that come later: that refuses requests to them, not the whole table.
  const shell = encode(RouteConfigurationSchema, { name, validateClusters: false, ...fields });
  return { typeUrl: typeUrls.route, name, bytes: concatenate([shell, ...hosts.map((host) => lengthDelimited(virtualHosts, host))]) };
}
