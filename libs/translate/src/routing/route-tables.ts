import type { Snapshot } from '@flotilla/mesh';
import { httpServers } from '../gateways/gateway-server.ts';
import { gatewayRoutes, gatewayTable } from '../gateways/gateway-routes.ts';
import { remember } from '../remember.ts';
import type { Scope } from '../scope.ts';
import { unknownTraffic } from '../unknown-traffic.ts';
import { allOtherHosts } from './all-other-hosts.ts';
import type { RouteSource } from './route-source.ts';
import { emptyTable, updateTable, type RestOfHosts, type RouteTable } from './route-table.ts';
import { httpProxyRoutes, sidecarRoutes } from './sidecar-routes.ts';

/** The route configurations of a scope by name, still in parts. */
export type RouteTables = ReadonlyMap<string, RouteTable>;

type Edits = Map<string, Map<string, Uint8Array | undefined>>;

/** All tables of a scope. */
export function buildTables(snapshot: Snapshot, scope: Scope): RouteTables {
  const source = sourceOf(scope);
  const edits: Edits = new Map();
  for (const host of new Set(source.hosts(snapshot, scope))) addParts(edits, source, snapshot, scope, host);
  return applied(new Map(), edits, snapshot, scope);
}

/** The tables after the routes of some hosts changed; those that did not change are the same objects. */
export function updateTables(tables: RouteTables, previous: Snapshot, next: Snapshot, scope: Scope, hosts: Iterable<string>): RouteTables {
  const source = sourceOf(scope);
  const edits: Edits = new Map();
  const changed = [...hosts];
  for (const host of changed) for (const { table, name } of source.names(previous, scope, host)) editsOf(edits, table).set(name, undefined);
  for (const host of changed) addParts(edits, source, next, scope, host);
  return edits.size === 0 ? tables : applied(tables, edits, next, scope);
}

function sourceOf(scope: Scope): RouteSource {
  return scope.type === 'gateway' ? gatewayRoutes : sidecarRoutes;
}

/** Tables that listeners ask for also when there is nothing in them. */
function requiredTables(snapshot: Snapshot, scope: Scope): string[] {
  if (scope.type === 'gateway') return httpServers(snapshot, scope).map(({ port }) => gatewayTable(port));
  return scope.interception === 'NONE' ? [httpProxyRoutes] : [];
}

function editsOf(edits: Edits, table: string): Map<string, Uint8Array | undefined> {
  return remember(edits, table, () => new Map<string, Uint8Array | undefined>());
}

function addParts(edits: Edits, source: RouteSource, snapshot: Snapshot, scope: Scope, host: string): void {
  for (const { table, name, bytes } of source.parts(snapshot, scope, host)) editsOf(edits, table).set(name, bytes);
}

function applied(tables: RouteTables, edits: Edits, snapshot: Snapshot, scope: Scope): RouteTables {
  const required = new Set(requiredTables(snapshot, scope));
  const next = new Map(tables);
  for (const name of required) if (!next.has(name)) next.set(name, emptyTable);
  for (const [name, edit] of edits) {
    const table = updateTable(next.get(name) ?? emptyTable, edit);
    if (table.names.length > 0 || required.has(name)) next.set(name, table);
    else next.delete(name);
  }
  if (scope.type === 'sidecar') for (const [name, table] of next) next.set(name, withRest(table, allOtherHosts(unknownTraffic(snapshot, scope))));
  return next;
}

/** Unless a host of the table is all hosts. */
function withRest(table: RouteTable, others: RestOfHosts): RouteTable {
  const rest = table.names.some((host) => host.startsWith('*:')) ? undefined : others;
  return table.rest === rest ? table : { ...table, rest };
}
