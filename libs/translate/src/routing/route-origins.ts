import type { Snapshot } from '@flotilla/mesh';
import { gatewayRouteOrigins } from '../gateways/gateway-routes.ts';
import type { Scope } from '../scope.ts';
import type { RouteOrigin } from './route-origin.ts';
import { sidecarRouteOrigins } from './sidecar-routes.ts';

/**
 * What the routes of a virtual host were made of, in their order, before EnvoyFilters patched them; nothing where no
 * VirtualService speaks for it.
 *
 * @param table the route configuration
 */
export function routeOrigins(snapshot: Snapshot, scope: Scope, table: string, virtualHost: string): RouteOrigin[] {
  return (scope.type === 'gateway' ? gatewayRouteOrigins : sidecarRouteOrigins)(snapshot, scope, table, virtualHost);
}
