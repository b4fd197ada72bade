import type { VirtualHost } from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import type { RouteTable } from './route-table.ts';

/**
 * The virtual host for an authority.
 *
 * @param authority host and perhaps port, as the request names it
 */
export function chooseVirtualHost({ ignorePortInHostMatching, hosts }: RouteTable, authority: string): VirtualHost | undefined {
  return hosts.choose((ignorePortInHostMatching ? withoutPort(authority) : authority).toLowerCase());
}

/** `reviews` of `reviews:9080`. */
export function withoutPort(authority: string): string {
  return authority.replace(/:\d+$/, '');
}
