import { VirtualHostSchema } from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import { remember } from '@flotilla/mesh';
import { typeUrls, type EnvoyResource, type ResourceUpdate } from '../envoy-resource.ts';
import { sameBytes } from '../same-bytes.ts';
import type { Scope } from '../scope.ts';
import { encode, encodeResource } from '../wire/encode.ts';
import { emptyTable, type RouteTable } from './route-table.ts';
import type { RouteTables } from './route-tables.ts';

/** The virtual hosts of the tables as resources of their own; none where route configurations have them. */
export function* virtualHostResources({ virtualHosts }: Scope, tables: RouteTables): Generator<EnvoyResource> {
  if (virtualHosts === 'inline') return;
  for (const [name, table] of tables) for (const { after } of tableChanges(name, emptyTable, table)) if (after !== undefined) yield after;
}

/** How {@link virtualHostResources} of some tables differ; tables that are the same object are not looked into. */
export function virtualHostUpdate({ virtualHosts }: Scope, before: RouteTables, after: RouteTables): ResourceUpdate {
  if (virtualHosts === 'inline') return { upserts: [], removals: [] };
  const changes = [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => [...tableChanges(name, before.get(name) ?? emptyTable, after.get(name) ?? emptyTable)]);
  return {
    upserts: changes.flatMap(({ after }) => after ?? []),
    removals: changes.flatMap(({ name, after }) => (after === undefined ? [{ name, typeUrl: typeUrls.virtualHost }] : [])),
  };
}

interface VirtualHostChange {
  readonly name: string;
  readonly after: EnvoyResource | undefined;
}

/** Both tables are in order of names, so that they are walked side by side. */
function* tableChanges(table: string, before: RouteTable, after: RouteTable): Generator<VirtualHostChange> {
  if (before === after) return;
  const changed = (host: string, bytes: Uint8Array | undefined): VirtualHostChange => {
    const name = `${table}/${host}`;
    return { name, after: bytes && resource(name, host, bytes) };
  };
  for (let at = 0, to = 0; at < before.names.length || to < after.names.length; ) {
    const old = before.names[at];
    const next = after.names[to];
    if (next === undefined || (old !== undefined && old < next)) {
      if (old !== undefined) yield changed(old, undefined);
      at += 1;
    } else {
      const was = before.parts[at];
      const is = after.parts[to];
      if (old !== next || (was !== is && (was === undefined || is === undefined || !sameBytes(was, is)))) yield changed(next, is);
      if (old === next) at += 1;
      to += 1;
    }
  }
  if (before.rest !== after.rest) {
    if (before.rest !== undefined) yield changed(before.rest.name, undefined);
    if (after.rest !== undefined) yield changed(after.rest.name, after.rest.bytes);
  }
}

const known = new WeakMap<Uint8Array, Map<string, EnvoyResource>>();

/** The same object for all scopes that have the same virtual host in a table of the same name. */
function resource(name: string, host: string, bytes: Uint8Array): EnvoyResource {
  const names = remember(known, bytes, () => new Map<string, EnvoyResource>());
  return remember(names, name, () => ({ typeUrl: typeUrls.virtualHost, name, bytes: renamed(bytes, host, name) }));
}

/** Envoy takes the removal of a virtual host only when that is called what its resource is; the name is its first field. */
function renamed(bytes: Uint8Array, from: string, to: string): Uint8Array {
  return encodeResource(VirtualHostSchema, { name: to }, bytes.subarray(encode(VirtualHostSchema, { name: from }).length));
}
