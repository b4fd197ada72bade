import type { Any } from '@bufbuild/protobuf/wkt';
import type { HTTPMatchRequest, HTTPRoute, HTTPRouteDestination } from '@flotilla/resources';
import { isCatchAll } from './catch-all.ts';
import { corsFilter, corsPolicy } from './cors.ts';
import { liveDestinations } from './destinations.ts';
import { directResponse } from './direct-response.ts';
import { faultFilter, httpFault } from './fault.ts';
import { headerOperations } from './header-operations.ts';
import { requestMatchApplies } from './match-applies.ts';
import { redirect } from './redirect.ts';
import { routeAction } from './route-action.ts';
import type { RouteContext } from './route-context.ts';
import type { RouteFields } from './route-fields.ts';
import { routeMatch } from './route-match.ts';

/** Told of a route, the rule that it is made of, and the match where the rule has any. */
export type OnRoute = (route: RouteFields, rule: HTTPRoute, match: HTTPMatchRequest | undefined) => void;

/**
 * Envoy's routes for the http part of one VirtualService, as one proxy is to see them on one port.
 *
 * Order is as written, one route a match. Matches for other ports, gateways and sources are left
 * out, and nothing after a route that takes every request is made: Envoy would never get there.
 *
 * @param http routes with delegates already merged in
 * @param onRoute for who asks where the routes come from
 */
export function httpRoutes(http: readonly HTTPRoute[], context: RouteContext, onRoute?: OnRoute): RouteFields[] {
  const routes: RouteFields[] = [];
  for (const rule of http) {
    for (const match of rule.match === undefined || rule.match.length === 0 ? [undefined] : rule.match) {
      if (match !== undefined && !requestMatchApplies(match, context)) continue;
      const route = httpRoute(rule, match, context);
      routes.push(route);
      onRoute?.(route, rule, match);
      if (isCatchAll(route)) return routes;
    }
  }
  return routes;
}

function httpRoute(rule: HTTPRoute, match: HTTPMatchRequest | undefined, context: RouteContext): RouteFields {
  const destinations = liveDestinations(rule.route ?? []);
  // Among several destinations each keeps its own header operations; a single one shares the route's.
  const single = destinations.length === 1 ? destinations[0] : undefined;
  return {
    name: [rule.name, match?.name].filter((name) => name !== undefined && name !== '').join('.'),
    match: routeMatch(match),
    statPrefix: match?.statPrefix ?? '',
    ...headerOperations(rule.headers, single?.headers),
    action: action(rule, destinations, context),
    typedPerFilterConfig: filterConfigs(rule),
  };
}

/** What becomes of a matched request: redirected, answered here, or sent on. */
function action(rule: HTTPRoute, destinations: readonly HTTPRouteDestination[], context: RouteContext): NonNullable<RouteFields['action']> {
  if (rule.redirect !== undefined) return { case: 'redirect', value: redirect(rule.redirect, context) };
  if (rule.directResponse !== undefined) return { case: 'directResponse', value: directResponse(rule.directResponse) };
  // Envoy refuses a route that leads nowhere, and with it the whole table.
  if (destinations.length === 0) return { case: 'directResponse', value: directResponse({ status: 503 }) };
  return { case: 'route', value: routeAction(rule, destinations, context) };
}

function filterConfigs(rule: HTTPRoute): Record<string, Any> {
  const fault = httpFault(rule.fault);
  return {
    ...(fault === undefined ? {} : { [faultFilter]: fault }),
    ...(rule.corsPolicy === undefined ? {} : { [corsFilter]: corsPolicy(rule.corsPolicy) }),
  };
}
