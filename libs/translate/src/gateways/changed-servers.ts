import { isDeepStrictEqual } from 'node:util';
import { virtualServiceHosts, virtualServicesOfGateway, type Snapshot } from '@flotilla/mesh';
import type { Scope } from '../scope.ts';
import { gatewayLayout, type GatewayPort } from './gateway-layout.ts';
import { routedHosts } from './gateway-routes.ts';
import type { GatewayServer } from './gateway-server.ts';

/** The hosts whose virtual hosts may differ because servers of a gateway scope came, went or changed. */
export function hostsOfChangedServers(previous: Snapshot, next: Snapshot, scope: Scope): Set<string> {
  const hosts = new Set<string>();
  const [before, after] = [gatewayLayout(previous, scope), gatewayLayout(next, scope)];
  if (before === after) return hosts;
  for (const table of new Set([...before.tables.keys(), ...after.tables.keys()])) {
    const [old, now] = [before.tables.get(table) ?? [], after.tables.get(table) ?? []];
    // Virtual hosts are called by the port of the first server, so that one change may rename those of others.
    const apart = new Set([...old, ...now].map(({ number }) => number)).size <= 1;
    for (const server of apart ? missing(old, now) : old) for (const host of routedHosts(previous, scope, server)) hosts.add(host);
    for (const server of apart ? missing(now, old) : now) for (const host of routedHosts(next, scope, server)) hosts.add(host);
  }
  return hosts;
}

/** Those that are not among others just as they are. */
function missing(servers: readonly GatewayServer[], others: readonly GatewayServer[]): GatewayServer[] {
  const byServer = new Map(others.map((other) => [other.server, other]));
  return servers.filter((server) => !isDeepStrictEqual(byServer.get(server.server), server));
}

/** The ports whose listeners may differ, besides those that came or went. */
export function* changedPorts(previous: Snapshot, next: Snapshot, scope: Scope, hosts: ReadonlySet<string>): Generator<GatewayPort> {
  const before = new Map(gatewayLayout(previous, scope).ports.map((port) => [port.name, port]));
  for (const port of gatewayLayout(next, scope).ports) {
    const old = before.get(port.name);
    if ((old !== port && !isDeepStrictEqual(old, port)) || port.servers.some((server) => isRerouted(server, previous, next, scope, hosts))) yield port;
  }
}

/** Whether rules for a server's connections, or what they lead to, may differ. */
function isRerouted({ kind, gateway }: GatewayServer, previous: Snapshot, next: Snapshot, scope: Scope, hosts: ReadonlySet<string>): boolean {
  if (kind === 'http' || kind === 'https') return false;
  // It is for services, of which any host may be one.
  if (kind === 'auto-passthrough') return hosts.size > 0;
  return [previous, next].some((snapshot) =>
    virtualServicesOfGateway(snapshot, scope, gateway).some((resource) => virtualServiceHosts(resource, snapshot.mesh.domainSuffix).some((host) => hosts.has(host))),
  );
}
