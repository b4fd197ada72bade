import { compareAge, remember, virtualServiceHosts, virtualServicesFor, virtualServicesOfGateway, type Snapshot } from '@flotilla/mesh';
import type { Destination, VirtualService } from '@flotilla/resources';
import { VirtualHost_TlsRequirementType as TlsRequirement } from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import { HeaderValueOption_HeaderAppendAction as AppendAction, type HeaderValueOptionSchema } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import type { Fields } from '../message-fields.ts';
import { Destinations } from '../routing/destinations.ts';
import { hashPolicies } from '../routing/hash-policies.ts';
import { isCatchAll } from '../routing/http/catch-all.ts';
import { httpRoutes, type OnRoute } from '../routing/http/http-routes.ts';
import type { RouteFields } from '../routing/http/route-fields.ts';
import { originsIn, type RouteOrigin } from '../routing/route-origin.ts';
import { virtualHostBytes } from '../routing/route-configuration.ts';
import type { RouteSource } from '../routing/route-source.ts';
import type { VirtualHostName, VirtualHostPart } from '../routing/route-table.ts';
import type { Scope } from '../scope.ts';
import { gatewayLayout } from './gateway-layout.ts';
import { offersHttp3 } from './quic-listener.ts';
import { commonHost, hostsFor, type GatewayServer } from './gateway-server.ts';

/** Routes of gateways: what the hosts of their servers and those of the VirtualServices bound to them have in common. */
export const gatewayRoutes: RouteSource = {
  *hosts(snapshot, scope) {
    for (const servers of gatewayLayout(snapshot, scope).tables.values()) for (const server of servers) yield* routedHosts(snapshot, scope, server);
  },
  names: (snapshot, scope, host) => places(snapshot, scope, host).map(nameOf),
  parts: (snapshot, scope, host) => places(snapshot, scope, host).flatMap((place) => part(snapshot, scope, place) ?? []),
};

/** The hosts that have virtual hosts because of a server. */
export function* routedHosts(snapshot: Snapshot, scope: Scope, server: GatewayServer): Generator<string> {
  if (redirects(server)) for (const { host } of server.hosts) yield host;
  for (const resource of virtualServicesOfGateway(snapshot, scope, server.gateway)) yield* virtualServiceHosts(resource, snapshot.mesh.domainSuffix);
}

/** A domain in a route configuration, and the servers there that take requests for it, at least one. */
interface Place {
  readonly table: string;
  readonly domain: string;
  readonly servers: readonly [GatewayServer, ...GatewayServer[]];
}

/** The virtual hosts that a VirtualService's host has a part in. */
function places(snapshot: Snapshot, scope: Scope, host: string): Place[] {
  return [...gatewayLayout(snapshot, scope).tables].flatMap(([table, all]) => {
    const domains = new Set(all.flatMap(({ hosts }) => hosts.flatMap((own) => commonHost(own.host, host) ?? [])));
    return [...domains].flatMap((domain) => {
      const [first, ...more] = all.filter(({ hosts }) => hosts.some((own) => commonHost(own.host, domain) === domain));
      return first === undefined ? [] : [{ table, domain, servers: [first, ...more] as const }];
    });
  });
}

function nameOf({ table, domain, servers: [first] }: Place): VirtualHostName {
  return { table, name: `${domain}:${first.number}` };
}

function part(snapshot: Snapshot, scope: Scope, place: Place): VirtualHostPart | undefined {
  const { domain, servers } = place;
  const speakers = speakersOf(snapshot, scope, place);
  const routes = speakers.flatMap((speaker) => routesOf(snapshot, scope, speaker));
  // A server that only redirects needs nobody to speak for its hosts.
  const redirectsAlone = servers.some((server) => redirects(server) && server.hosts.some(({ host }) => host === domain));
  if (routes.length === 0 && !redirectsAlone) return undefined;
  const redirected = redirectsAlone || speakers.some((speaker) => speaker.servers.some(redirects));
  const bytes = virtualHostBytes({
    ...nameOf(place),
    domains: [domain],
    routes: catchAllsLast(routes, (route) => route),
    includeRequestAttemptCount: true,
    requireTls: redirected ? TlsRequirement.ALL : TlsRequirement.NONE,
    responseHeadersToAdd: http3Offers(snapshot, servers),
  });
  return { ...nameOf(place), bytes };
}

/** What the routes of a virtual host were made of, in their order; nothing where no VirtualService speaks for it. */
export function gatewayRouteOrigins(snapshot: Snapshot, scope: Scope, table: string, virtualHost: string): RouteOrigin[] {
  const place = placeNamed(snapshot, scope, table, virtualHost);
  const origins: RouteOrigin[] = [];
  for (const speaker of place === undefined ? [] : speakersOf(snapshot, scope, place)) routesOf(snapshot, scope, speaker, originsIn(origins, speaker.virtualService, speaker.servers));
  return catchAllsLast(origins, ({ route }) => route);
}

/** The servers of a virtual host, those of the oldest Gateway first. */
export function virtualHostServers(snapshot: Snapshot, scope: Scope, table: string, virtualHost: string): readonly GatewayServer[] {
  return placeNamed(snapshot, scope, table, virtualHost)?.servers ?? [];
}

function placeNamed(snapshot: Snapshot, scope: Scope, table: string, virtualHost: string): Place | undefined {
  return places(snapshot, scope, virtualHost.replace(/:\d+$/, '')).find((place) => place.table === table && nameOf(place).name === virtualHost);
}

/** Tells clients of HTTPS that they may come by HTTP/3. */
function http3Offers({ mesh }: Snapshot, servers: readonly GatewayServer[]): Fields<typeof HeaderValueOptionSchema>[] {
  const ports = new Set(servers.filter((server) => offersHttp3(mesh, server)).map(({ number }) => number));
  return [...ports].map((port) => ({ header: { key: 'alt-svc', value: `h3=":${port}"; ma=86400` }, appendAction: AppendAction.OVERWRITE_IF_EXISTS_OR_ADD }));
}

function redirects({ server }: GatewayServer): boolean {
  return server.tls?.httpsRedirect === true;
}

interface Speaker {
  readonly virtualService: VirtualService;
  /** By which it is bound to this virtual host. */
  readonly servers: readonly GatewayServer[];
}

/** The VirtualServices that route a domain on some servers, the oldest first. */
function speakersOf(snapshot: Snapshot, scope: Scope, { domain, servers }: Place): Speaker[] {
  const speakers = new Map<VirtualService, GatewayServer[]>();
  for (const [gateway, own] of Map.groupBy(servers, (server) => server.gateway)) {
    for (const virtualService of virtualServicesFor(snapshot, scope, gateway, domain)) {
      const bound = own.filter((server) => meet(snapshot, server, virtualService, domain));
      if (bound.length > 0) remember(speakers, virtualService, (): GatewayServer[] => []).push(...bound);
    }
  }
  return [...speakers].map(([virtualService, bound]) => ({ virtualService, servers: bound })).sort((a, b) => compareAge(a.virtualService, b.virtualService));
}

/** Whether the domain is just what the server and the VirtualService have in common. */
function meet(snapshot: Snapshot, server: GatewayServer, virtualService: VirtualService, domain: string): boolean {
  const spoken = virtualServiceHosts(virtualService, snapshot.mesh.domainSuffix);
  return hostsFor(server, virtualService).some(({ host }) => spoken.some((own) => commonHost(host, own) === domain));
}

function routesOf(snapshot: Snapshot, scope: Scope, { virtualService: { metadata, spec }, servers }: Speaker, onRoute?: OnRoute): RouteFields[] {
  const { namespace } = metadata;
  const port = servers[0]?.number ?? 0;
  const tls = servers[0]?.kind === 'https';
  const destinations = new Destinations(snapshot, scope);
  const context = {
    namespace,
    gateways: new Set(servers.map(({ gateway }) => gateway)),
    port,
    tls,
    sourceLabels: scope.labels,
    sourceNamespace: scope.namespace,
    defaultRetries: snapshot.mesh.defaultRetries,
    destinationCluster: (destination: Destination) => destinations.cluster(destination, namespace, port),
    hashPolicies: (destination: Destination) => hashPolicies(destinations.consistentHash(destination, namespace, port)),
  };
  return httpRoutes(spec.http ?? [], context, onRoute);
}

/** Several VirtualServices share a domain: one that takes every request must not hide the next. */
function catchAllsLast<Item>(items: readonly Item[], routeOf: (item: Item) => RouteFields): Item[] {
  const takesAll = (item: Item): boolean => isCatchAll(routeOf(item));
  return [...items.filter((item) => !takesAll(item)), ...items.filter(takesAll)];
}
