import type { HTTPMatchRequest, HTTPRoute, VirtualService } from '@flotilla/resources';
import type { GatewayServer } from '../gateways/gateway-server.ts';
import type { OnRoute } from './http/http-routes.ts';
import type { RouteFields } from './http/route-fields.ts';

/** What a route of a virtual host was made of. */
export interface RouteOrigin {
  /** As traffic sees it. */
  readonly virtualService: VirtualService;
  readonly rule: HTTPRoute;
  readonly match: HTTPMatchRequest | undefined;
  /** The servers of Gateways by which it came to be there; none at a sidecar. */
  readonly servers: readonly GatewayServer[];
  readonly route: RouteFields;
}

/** Notes where the routes of a VirtualService come from. */
export function originsIn(origins: RouteOrigin[], virtualService: VirtualService, servers: readonly GatewayServer[] = []): OnRoute {
  return (route, rule, match) => void origins.push({ virtualService, rule, match, servers, route });
}
