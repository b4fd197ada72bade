import { remember, virtualServiceHostNames, type Snapshot } from '@flotilla/mesh';
import { gatewayLayout } from '../gateways/gateway-layout.ts';
import { gatewayRoutes } from '../gateways/gateway-routes.ts';
import { noRoutes } from '../gateways/no-routes.ts';
import { egressProxies, takesRequests } from '../listeners/egress-proxies.ts';
import { isOwnTable, isPortTable } from '../listeners/outbound-ports.ts';
import type { Scope } from '../scope.ts';
import type { Steps } from '../steps.ts';
import { unknownProxied, unknownRequests } from '../unknown-traffic.ts';
import { allOtherHosts } from './all-other-hosts.ts';
import { hasHost, hostedTable } from './guest-hosts.ts';
import type { RouteSource } from './route-source.ts';
import { emptyTable, hasName, updateTable, type RestOfHosts, type RouteTable } from './route-table.ts';
import { httpProxyRoutes, sidecarRoutes } from './sidecar-routes.ts';

/** The route configurations of a scope by name, still in parts. */
export type RouteTables = ReadonlyMap<string, RouteTable>;

type Edits = Map<string, Map<string, Uint8Array | undefined>>;

/** All tables of a scope, host by host. */
export function* buildTables(snapshot: Snapshot, scope: Scope): Steps<RouteTables> {
  const source = sourceOf(scope);
  const edits: Edits = new Map();
  for (const host of new Set(source.hosts(snapshot, scope))) {
    addParts(edits, source, snapshot, scope, host);
    yield [];
  }
  return applied(new Map(), edits, snapshot, scope);
}

/** The tables after the routes of some hosts changed; those that did not change are the same objects. */
export function updateTables(tables: RouteTables, previous: Snapshot, next: Snapshot, scope: Scope, hosts: Iterable<string>): RouteTables {
  const source = sourceOf(scope);
  const edits: Edits = new Map();
  const changed = [...hosts];
  for (const host of changed) for (const { table, name } of source.names(previous, scope, host)) editsOf(edits, table).set(name, undefined);
  for (const host of changed) addParts(edits, source, next, scope, host);
  for (const host of newGuests(tables, edits, next, scope)) addParts(edits, source, next, scope, host);
  const sameServers = scope.type !== 'gateway' || gatewayLayout(previous, scope) === gatewayLayout(next, scope);
  return edits.size === 0 && sameServers ? tables : applied(tables, edits, next, scope);
}

/** Where the first service comes to the port of guests, those of all VirtualServices come with it. */
function newGuests(tables: RouteTables, edits: Edits, snapshot: Snapshot, scope: Scope): Iterable<string> {
  const hosted = hostedTable(scope);
  const edit = hosted === undefined || tables.has(hosted) ? undefined : edits.get(hosted);
  return edit !== undefined && hasHost(snapshot, scope, { names: [...edit.keys()] }) ? virtualServiceHostNames(snapshot, scope) : [];
}

function sourceOf(scope: Scope): RouteSource {
  return scope.type === 'gateway' ? gatewayRoutes : sidecarRoutes;
}

/** Tables that listeners ask for also when there is nothing in them. */
function requiredTables(snapshot: Snapshot, scope: Scope): Iterable<string> {
  if (scope.type === 'gateway') return gatewayLayout(snapshot, scope).tables.keys();
  if (scope.type === 'proxyless') return [];
  return [...(scope.interception === 'NONE' ? [httpProxyRoutes] : []), ...egressProxies(scope).filter(takesRequests).map(({ name }) => name)];
}

function editsOf(edits: Edits, table: string): Map<string, Uint8Array | undefined> {
  return remember(edits, table, () => new Map<string, Uint8Array | undefined>());
}

function addParts(edits: Edits, source: RouteSource, snapshot: Snapshot, scope: Scope, host: string): void {
  for (const { table, name, bytes } of source.parts(snapshot, scope, host)) editsOf(edits, table).set(name, bytes);
}

function applied(tables: RouteTables, edits: Edits, snapshot: Snapshot, scope: Scope): RouteTables {
  const required = new Set(requiredTables(snapshot, scope));
  const hosted = hostedTable(scope);
  const next = new Map(tables);
  for (const name of required) if (!next.has(name)) next.set(name, emptyTable);
  for (const [name, edit] of edits) {
    const table = updateTable(next.get(name) ?? emptyTable, edit);
    const asked = name === hosted ? hasHost(snapshot, scope, table) : table.names.length > 0;
    if (asked || required.has(name)) next.set(name, table);
    else next.delete(name);
  }
  for (const [name, table] of next) {
    const rest = restOf(snapshot, scope, name, table);
    // The listeners of a gateway name all its tables.
    if (scope.type === 'gateway' && !required.has(name)) next.delete(name);
    else if (table.rest !== rest) next.set(name, { ...table, rest });
  }
  return next;
}

function restOf(snapshot: Snapshot, scope: Scope, name: string, table: RouteTable): RestOfHosts | undefined {
  if (scope.type === 'gateway') return table.names.length > 0 ? undefined : noRoutes(gatewayLayout(snapshot, scope).tables.get(name)?.[0]?.number ?? 0);
  if (scope.type === 'proxyless') return undefined;
  if (isOwnTable(name) || hasName(table, '*:')) return undefined;
  return isPortTable(name) ? allOtherHosts(unknownRequests(snapshot, scope), false) : allOtherHosts(unknownProxied(snapshot, scope), true);
}
