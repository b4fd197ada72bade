import { virtualServiceHosts, virtualServicesFor, virtualServicesOfGateway, type Snapshot } from '@flotilla/mesh';
import type { VirtualService } from '@flotilla/resources';
import { VirtualHost_TlsRequirementType as TlsRequirement, type Route } from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import { Destinations } from '../routing/destinations.ts';
import { hashPolicies } from '../routing/hash-policies.ts';
import { isCatchAll } from '../routing/http/catch-all.ts';
import { httpRoutes } from '../routing/http/http-routes.ts';
import { virtualHostBytes } from '../routing/route-configuration.ts';
import type { RouteSource } from '../routing/route-source.ts';
import type { VirtualHostName, VirtualHostPart } from '../routing/route-table.ts';
import type { Scope } from '../scope.ts';
import { admits, commonHost, httpServers, type GatewayServer } from './gateway-server.ts';

/** The route configuration of all plain HTTP servers on a port. */
export function gatewayTable(port: number): string {
  return `http.${port}`;
}

/** Routes of gateways: what the hosts of their servers and those of the VirtualServices bound to them have in common. */
export const gatewayRoutes: RouteSource = {
  *hosts(snapshot, scope) {
    for (const { gateway, server, hosts } of httpServers(snapshot, scope)) {
      if (server.tls?.httpsRedirect === true) for (const { host } of hosts) yield host;
      for (const resource of virtualServicesOfGateway(snapshot, scope, gateway)) yield* virtualServiceHosts(resource, snapshot.mesh.domainSuffix);
    }
  },
  names: (snapshot, scope, host) => domainsOf(httpServers(snapshot, scope), host).map(({ port, domain }) => nameOf(port, domain)),
  parts(snapshot, scope, host) {
    const servers = httpServers(snapshot, scope);
    return domainsOf(servers, host).flatMap(({ port, domain }) => part(snapshot, scope, servers.filter((server) => server.port === port), port, domain) ?? []);
  },
};

interface Domain {
  readonly port: number;
  readonly domain: string;
}

function nameOf(port: number, domain: string): VirtualHostName {
  return { table: gatewayTable(port), name: `${domain}:${port}` };
}

/** The virtual hosts that a VirtualService's host has a part in. */
function domainsOf(servers: readonly GatewayServer[], host: string): Domain[] {
  const domains = new Map<string, Domain>();
  for (const { port, hosts } of servers) {
    for (const own of hosts) {
      const domain = commonHost(own.host, host);
      if (domain !== undefined) domains.set(`${domain}:${port}`, { port, domain });
    }
  }
  return [...domains.values()];
}

function part(snapshot: Snapshot, scope: Scope, servers: readonly GatewayServer[], port: number, domain: string): VirtualHostPart | undefined {
  const redirecting = servers.filter(({ server }) => server.tls?.httpsRedirect === true).flatMap(({ hosts }) => hosts);
  const routes = speakersOf(snapshot, scope, servers, domain).flatMap(({ virtualService, gateways }) => routesOf(snapshot, scope, virtualService, gateways, port));
  // A server that only redirects needs nobody to speak for its hosts.
  if (routes.length === 0 && !redirecting.some(({ host }) => host === domain)) return undefined;
  const redirects = redirecting.some(({ host }) => commonHost(host, domain) === domain);
  const bytes = virtualHostBytes({
    ...nameOf(port, domain),
    domains: [domain],
    routes: catchAllsLast(routes),
    includeRequestAttemptCount: true,
    requireTls: redirects ? TlsRequirement.ALL : TlsRequirement.NONE,
  });
  return { ...nameOf(port, domain), bytes };
}

interface Speaker {
  readonly virtualService: VirtualService;
  /** The Gateways by which it is bound to this virtual host. */
  readonly gateways: ReadonlySet<string>;
}

/** The VirtualServices that route a domain on some servers: the oldest first, those for the domain itself before wildcards. */
function speakersOf(snapshot: Snapshot, scope: Scope, servers: readonly GatewayServer[], domain: string): Speaker[] {
  const speakers = new Map<VirtualService, Set<string>>();
  for (const gateway of new Set(servers.map((server) => server.gateway))) {
    for (const virtualService of virtualServicesFor(snapshot, scope, gateway, domain)) {
      const meets = servers.some((server) => server.gateway === gateway && admits(server, virtualService, domain) && reaches(snapshot, virtualService, server, domain));
      if (!meets) continue;
      const gateways = speakers.get(virtualService);
      if (gateways === undefined) speakers.set(virtualService, new Set([gateway]));
      else gateways.add(gateway);
    }
  }
  return [...speakers].map(([virtualService, gateways]) => ({ virtualService, gateways }));
}

/** Whether the domain is just what the server and the VirtualService have in common. */
function reaches(snapshot: Snapshot, virtualService: VirtualService, server: GatewayServer, domain: string): boolean {
  const spoken = virtualServiceHosts(virtualService, snapshot.mesh.domainSuffix);
  return server.hosts.some(({ host }) => spoken.some((own) => commonHost(host, own) === domain));
}

function routesOf(snapshot: Snapshot, scope: Scope, { metadata, spec }: VirtualService, gateways: ReadonlySet<string>, port: number): Route[] {
  const { namespace } = metadata;
  const destinations = new Destinations(snapshot, scope);
  return httpRoutes(spec.http ?? [], {
    namespace,
    gateways,
    port,
    sourceLabels: scope.labels,
    sourceNamespace: scope.namespace,
    defaultRetries: snapshot.mesh.defaultRetries,
    destinationCluster: (destination) => destinations.cluster(destination, namespace, port),
    hashPolicies: (destination) => hashPolicies(destinations.consistentHash(destination, namespace, port)),
  });
}

/** Several VirtualServices share a domain: one that takes every request must not hide the next. */
function catchAllsLast(routes: readonly Route[]): Route[] {
  return [...routes.filter((route) => !isCatchAll(route)), ...routes.filter(isCatchAll)];
}
