import { VirtualHost_TlsRequirementType as TlsRequirement, type Route, type VirtualHost } from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import type { HttpConnectionManager } from '@flotilla/envoy-api/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js';
import { chooseVirtualHost, withoutPort } from './choose-virtual-host.ts';
import { ownResponse, routeClusters } from './destination.ts';
import type { Explanation, NearMiss } from './explanation.ts';
import type { Landing, Way } from './landing.ts';
import { mismatchOf } from './match-route.ts';
import { normalizedPath } from './normalized-path.ts';
import { policiesOf } from './policies.ts';
import type { EnvoyConfig } from './envoy-config.ts';
import { authorityOf, type ExplainRequest } from './request.ts';
import { routeTableOf, type RouteTable } from './route-table.ts';

/**
 * Where a request goes once a connection manager has it.
 *
 * @param before the way that it has come so far
 */
export function explainHttp(config: EnvoyConfig, manager: HttpConnectionManager, request: ExplainRequest, before: Way): Partial<Landing> & Pick<Landing, 'way'> {
  const { name: routeConfig, routes } = routesOf(config, manager);
  if (routes === undefined) return { error: 'no virtual host matched', routeConfig, way: before, warnings: [`the proxy is not given the route configuration ${routeConfig}`] };
  const authority = manager.stripPortMode.case === 'stripAnyHostPort' && manager.stripPortMode.value ? withoutPort(authorityOf(request)) : authorityOf(request);
  const host = chooseVirtualHost(routes, authority);
  if (host === undefined) return { error: 'no virtual host matched', routeConfig, way: before, nearMisses: otherHosts(routes, authority) };
  const way = { ...before, virtualHost: host };
  const found = { routeConfig, virtualHost: host.name, way };
  if (host.requireTls === TlsRequirement.ALL && request.tls === 'plaintext') return { ...found, error: 'tls required, sending 301', response: { status: 301 } };
  const nearMisses: NearMiss[] = [];
  const matched = { ...request, path: normalizedPath(manager, request.path) };
  for (const [at, route] of host.routes.entries()) {
    const reason = mismatchOf(route, matched);
    if (reason === undefined) return { ...found, ...landed(route, at, host, request), nearMisses, way: { ...way, route } };
    nearMisses.push({ at: 'route', name: nameOf(route, at), reason });
  }
  return { ...found, error: 'no route matched', nearMisses };
}

function routesOf(config: EnvoyConfig, { routeSpecifier }: HttpConnectionManager): { readonly name: string; readonly routes: RouteTable | undefined } {
  if (routeSpecifier.case === 'routeConfig') return { name: routeSpecifier.value.name, routes: routeTableOf(routeSpecifier.value) };
  const name = routeSpecifier.case === 'rds' ? routeSpecifier.value.routeConfigName : '';
  return { name, routes: config.route(name) };
}

function landed(route: Route, at: number, host: VirtualHost, request: ExplainRequest): Partial<Explanation> {
  const clusters = routeClusters(route, request);
  return { route: nameOf(route, at), clusters, response: ownResponse(route), policies: policiesOf(route, host) };
}

function nameOf({ name }: Route, at: number): string {
  return name === '' ? `route ${at + 1}` : name;
}

/** What is worth being told of hosts when none is the one: how many are enough to see a slip of the pen. */
const shown = 5;

function otherHosts({ hosts }: RouteTable, authority: string): NearMiss[] {
  return hosts.first(shown).map(({ name, domains }) => ({ at: 'virtualHost', name, reason: `is for ${domains.slice(0, shown).join(', ')}, the request for ${authority === '' ? 'no host' : authority}` }));
}
