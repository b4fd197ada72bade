import { RouteSchema, VirtualHostSchema, type Route, type VirtualHost } from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import { RouteConfigurationSchema, type RouteConfiguration } from '@flotilla/envoy-api/envoy/config/route/v3/route_pb.js';
import type { RouteConfigurationMatch, RouteMatch } from '@flotilla/resources';
import { editList, mergeInto } from './edit-list.ts';
import type { EnvoyPatch } from './envoy-patch.ts';

/** Applies one patch to a route configuration, in place; returns whether it changed anything. */
export function patchRoutes(routes: RouteConfiguration, patch: EnvoyPatch): boolean {
  const match = patch.match.routeConfiguration ?? {};
  const place = placeOf(routes.name);
  if (!routesMatch(routes, place, match)) return false;
  switch (patch.applyTo) {
    case 'ROUTE_CONFIGURATION':
      mergeInto(RouteConfigurationSchema, routes, patch);
      return true;
    case 'VIRTUAL_HOST':
      return editList(routes.virtualHosts, patch, { schema: VirtualHostSchema, matches: hostMatcher(place, match) });
    case 'HTTP_ROUTE': {
      const matches = hostMatcher(place, match) ?? (() => true);
      return routes.virtualHosts
        .filter(matches)
        .map((host) => editList(host.routes, patch, { schema: RouteSchema, matches: routeMatcher(match.vhost?.route) }))
        .includes(true);
    }
    default:
      return false;
  }
}

/** What the name of a route configuration says: `9080`, `reviews.shop.svc.cluster.local:9080`, `inbound|9080||`, `http.80`, `https.443.<port>.<gateway>.<namespace>`. */
interface Place {
  /** Absent where it is for all ports. */
  readonly port?: number;
  readonly portName?: string;
  readonly gateway?: string;
}

function placeOf(name: string): Place {
  const inbound = /^inbound\|(\d+)\|/.exec(name);
  if (inbound !== null) return { port: Number(inbound[1]) };
  const [scheme = '', port = '', portName, gateway, ...namespace] = name.split('.');
  if (/^https?$/.test(scheme) && /^\d+$/.test(port)) {
    return { port: Number(port), ...(portName === undefined ? {} : { portName }), ...(gateway === undefined ? {} : { gateway: `${namespace.join('.')}/${gateway}` }) };
  }
  const [, number] = /^(?:.*:)?(\d+)$/.exec(name) ?? [];
  return number === undefined ? {} : { port: Number(number) };
}

function routesMatch({ name }: RouteConfiguration, place: Place, match: RouteConfigurationMatch): boolean {
  if (match.name && match.name !== name) return false;
  if (match.portNumber && place.port !== undefined && match.portNumber !== place.port) return false;
  if (match.portName && match.portName !== place.portName) return false;
  return !match.gateway || match.gateway === place.gateway;
}

/** A test for the virtual hosts that a match is for; nothing where it is for all. */
function hostMatcher(place: Place, { vhost, portNumber }: RouteConfigurationMatch): ((host: VirtualHost) => boolean) | undefined {
  // Where one table is for all ports, its virtual hosts have the port in their names.
  const port = portNumber && place.port === undefined ? `:${portNumber}` : '';
  if (port === '' && !vhost?.name && !vhost?.domainName) return undefined;
  return ({ name, domains }) =>
    name.endsWith(port) && (!vhost?.name || vhost.name === name) && (!vhost?.domainName || domains.includes(vhost.domainName));
}

const actions: Readonly<Record<NonNullable<RouteMatch['action']>, Route['action']['case'] | 'any'>> = {
  ANY: 'any',
  ROUTE: 'route',
  REDIRECT: 'redirect',
  DIRECT_RESPONSE: 'directResponse',
};

function routeMatcher({ name, action = 'ANY' }: RouteMatch = {}): ((route: Route) => boolean) | undefined {
  const wanted = actions[action];
  if (!name && wanted === 'any') return undefined;
  return (route) => (!name || route.name === name) && (wanted === 'any' || route.action.case === wanted);
}
