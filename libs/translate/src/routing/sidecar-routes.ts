import { hostMatches, isWildcard, mayBeHttp, meshGateway, serviceFor, serviceHosts, virtualServiceHostNames, virtualServicesFor, virtualServicesOfHost, type Service, type ServicePort, type Snapshot } from '@flotilla/mesh';
import type { Destination, VirtualService } from '@flotilla/resources';
import { outboundCluster } from '../clusters/names.ts';
import type { Scope } from '../scope.ts';
import { egressPorts } from '../listeners/egress-ports.ts';
import { egressProxies, takesRequests, type ProxyPort } from '../listeners/egress-proxies.ts';
import { isOwnTable, isPortTable, portTables } from '../listeners/outbound-ports.ts';
import { callablePorts } from '../proxyless/callable-ports.ts';
import { callRoute } from '../proxyless/call-route.ts';
import { Destinations } from './destinations.ts';
import { guestPort } from './guest-hosts.ts';
import { hashPolicies } from './hash-policies.ts';
import { defaultRoute } from './http/default-route.ts';
import { httpRoutes, type OnRoute } from './http/http-routes.ts';
import type { RouteFields } from './http/route-fields.ts';
import { ignoresPorts } from './ignored-ports.ts';
import { virtualHostBytes } from './route-configuration.ts';
import { originsIn, type RouteOrigin } from './route-origin.ts';
import type { RouteSource } from './route-source.ts';
import type { VirtualHostPart } from './route-table.ts';
import { sidecarDomains } from './sidecar-domains.ts';
import { sourceVariant } from './source-variant.ts';
import { tunnelEnds, tunnelRoutes } from './tunnels.ts';
import { VirtualHostCache } from './virtual-host-cache.ts';

/** The route configuration of the HTTP proxy port, which takes requests for all ports. */
export const httpProxyRoutes = 'http_proxy';

const cache = new VirtualHostCache();

/** Routes of sidecars, and of clients without one: every host that is a service or has a VirtualService for the mesh. */
export const sidecarRoutes: RouteSource = {
  *hosts(snapshot, scope) {
    for (const viewer of [scope, ...requestProxies(scope).map((proxy) => proxy.scope)]) {
      yield* serviceHosts(snapshot, viewer);
      yield* virtualServiceHostNames(snapshot, viewer);
    }
  },
  parts(snapshot, scope, host) {
    return hostPorts(snapshot, scope, host).flatMap(({ viewer, service, ports, tables }) =>
      ports.flatMap((port) => [...tables(port)].flatMap((table) => part(snapshot, viewer, table, host, port, service, ports) ?? [])),
    );
  },
  names(snapshot, scope, host) {
    return hostPorts(snapshot, scope, host).flatMap(({ ports, tables }) => ports.flatMap((port) => [...tables(port)].map((table) => ({ table, name: `${host}:${port.number}` }))));
  },
};

/** The ports of a host as some clients of a scope see it, and the route configurations that theirs are in. */
interface HostPorts {
  readonly viewer: Scope;
  readonly service: Service | undefined;
  readonly ports: readonly ServicePort[];
  readonly tables: (port: ServicePort) => Iterable<string>;
}

function hostPorts(snapshot: Snapshot, scope: Scope, host: string): HostPorts[] {
  const service = serviceFor(snapshot, scope, host);
  // Clients without a proxy have a route configuration for each host and port.
  if (scope.type === 'proxyless') return service === undefined ? [] : [{ viewer: scope, service, ports: callablePorts(service), tables: ({ number }) => [outboundCluster(host, number)] }];
  return [
    { viewer: scope, service, ports: routedPorts(snapshot, scope, host, service, scope.interception === 'NONE'), tables: (port) => tablesOf(scope, port, service) },
    ...requestProxies(scope).map((proxy): HostPorts => {
      const seen = serviceFor(snapshot, proxy.scope, host);
      return { viewer: proxy.scope, service: seen, ports: routedPorts(snapshot, proxy.scope, host, seen, true), tables: () => [proxy.name] };
    }),
  ];
}

/** The proxies of a Sidecar that take requests. */
function requestProxies(scope: Scope): ProxyPort[] {
  return egressProxies(scope).filter(takesRequests);
}

/** One table a port where connections are intercepted, else one for all, and those of ports that a Sidecar lists. */
function tablesOf(scope: Scope, port: ServicePort, service: Service | undefined): Iterable<string> {
  const listed = mayBeHttp(port.protocol) && egressPorts(scope).some(({ port: number }) => number === port.number) ? [String(port.number)] : [];
  if (scope.interception === 'NONE') return [httpProxyRoutes, ...listed];
  if (service === undefined) return [String(port.number)];
  const tables = portTables(service, port, scope);
  return listed.length === 0 ? tables : new Set([...tables, ...listed]);
}

/** The ports on which requests for a host are routed: at an HTTP proxy all, for it can be asked for a tunnel. */
function routedPorts(snapshot: Snapshot, scope: Scope, host: string, service: Service | undefined, proxy: boolean): readonly ServicePort[] {
  if (service !== undefined) return proxy ? service.ports : service.ports.filter(({ protocol }) => mayBeHttp(protocol));
  const spoken = virtualServicesOfHost(snapshot, scope, meshGateway, host, guestPort.number);
  return spoken.some(({ spec }) => (spec.http ?? []).length > 0) && !standsForServices(snapshot, scope, host, guestPort.number) ? [guestPort] : [];
}

/** Whether a wildcard takes in services that are there: it speaks for those, each by its name, and for no others. */
function standsForServices(snapshot: Snapshot, scope: Scope, pattern: string, port: number): boolean {
  if (!isWildcard(pattern)) return false;
  for (const host of serviceHosts(snapshot, scope)) {
    if (hostMatches(pattern, host) && serviceFor(snapshot, scope, host)?.ports.some(({ number, protocol }) => number === port && mayBeHttp(protocol)) === true) return true;
  }
  return false;
}

function part(snapshot: Snapshot, scope: Scope, table: string, host: string, port: ServicePort, service: Service | undefined, ports: readonly ServicePort[]): VirtualHostPart | undefined {
  const ofPort = scope.type === 'proxyless' || isPortTable(table) || isOwnTable(table);
  const { number } = port;
  const domains = isOwnTable(table) ? ['*'] : sidecarDomains(snapshot, scope, host, number, { ofPort, bare: ofPort || port === meantPort(ports), spoken: !ignoresPorts(scope, table) }, service);
  if (domains.length === 0) return undefined;
  const name = `${host}:${number}`;
  const ends = ofPort || service === undefined ? [] : tunnelEnds(snapshot, scope, service, port);
  const tunnel = ends.map((end) => `${end.weight} ${end.name}`);
  const fit = (route: RouteFields): RouteFields => (scope.type === 'proxyless' ? callRoute(route, table) : route);
  const own = [scope.type, name, ...domains];
  for (const virtualService of mayBeHttp(port.protocol) ? virtualServicesFor(snapshot, scope, meshGateway, host, number) : []) {
    const variant = [...own, sourceVariant(virtualService, scope), ...tunnel].join(' ');
    const destinations = new Destinations(snapshot, scope);
    const bytes = cache.bytes(virtualService, variant, destinations, () => {
      const routes = routesOf(virtualService, scope, number, destinations);
      return routes.length === 0 ? undefined : virtualHostBytes({ name, domains, routes: [...routes.map(fit), ...tunnelRoutes(ends)], includeRequestAttemptCount: true });
    });
    if (bytes !== undefined) return { table, name, bytes };
  }
  if (service === undefined) return undefined;
  const destinations = new Destinations(snapshot, scope);
  const bytes = cache.bytes(service, [...own, ...tunnel].join(' '), destinations, () => {
    const plain = mayBeHttp(port.protocol) ? [fit(plainRoute(service, number, destinations))] : [];
    return virtualHostBytes({ name, domains, routes: [...plain, ...tunnelRoutes(ends)], includeRequestAttemptCount: true });
  });
  return bytes === undefined ? undefined : { table, name, bytes };
}

/** What the routes of a virtual host were made of, in their order; nothing where no VirtualService speaks for it. */
export function sidecarRouteOrigins(snapshot: Snapshot, scope: Scope, table: string, virtualHost: string): RouteOrigin[] {
  const viewer = requestProxies(scope).find(({ name }) => name === table)?.scope ?? scope;
  const [, host = virtualHost, port] = /^(.*):(\d+)$/.exec(virtualHost) ?? [];
  const number = Number(port);
  for (const virtualService of virtualServicesFor(snapshot, viewer, meshGateway, host, number)) {
    const origins: RouteOrigin[] = [];
    routesOf(virtualService, viewer, number, new Destinations(snapshot, viewer), originsIn(origins, virtualService));
    if (origins.length > 0) return origins;
  }
  return [];
}

/** With one table for all ports, a name alone means one of them. */
function meantPort(ports: readonly ServicePort[]): ServicePort | undefined {
  const http = ports.filter(({ protocol }) => mayBeHttp(protocol));
  return http.find(({ number }) => number === 80) ?? http[0];
}

function routesOf({ metadata, spec }: VirtualService, scope: Scope, port: number, destinations: Destinations, onRoute?: OnRoute) {
  const { namespace } = metadata;
  const context = {
    namespace,
    gateways: sidecarGateways,
    port,
    sourceLabels: scope.labels,
    sourceNamespace: scope.namespace,
    defaultRetries: destinations.mesh.defaultRetries,
    destinationCluster: (destination: Destination) => destinations.cluster(destination, namespace, port),
    hashPolicies: (destination: Destination) => hashPolicies(destinations.consistentHash(destination, namespace, port)),
  };
  return httpRoutes(spec.http ?? [], context, onRoute);
}

const sidecarGateways: ReadonlySet<string> = new Set([meshGateway]);

/** The route of a service that no VirtualService speaks for. */
function plainRoute(service: Service, port: number, destinations: Destinations) {
  const self = { host: service.host, port: { number: port } };
  return defaultRoute(outboundCluster(service.host, port), destinations.mesh.defaultRetries, hashPolicies(destinations.consistentHash(self, service.namespace, port)));
}
