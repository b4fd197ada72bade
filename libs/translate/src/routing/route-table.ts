import { sameBytes } from '../same-bytes.ts';

/** A virtual host in one route configuration. */
export interface VirtualHostName {
  /** The route configuration. */
  readonly table: string;
  readonly name: string;
}

/** An encoded virtual host. */
export interface VirtualHostPart extends VirtualHostName {
  readonly bytes: Uint8Array;
}

/** The virtual hosts of a route configuration by name, in order of names; immutable. */
export interface RouteTable {
  readonly names: readonly string[];
  readonly parts: readonly Uint8Array[];
  /** Takes the requests for hosts that none of them has. */
  readonly rest?: RestOfHosts | undefined;
}

/** The virtual host of a table that comes last; one object for each outcome. */
export interface RestOfHosts {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export const emptyTable: RouteTable = { names: [], parts: [] };

/**
 * The table with some virtual hosts replaced, added, or (where undefined) removed; the same table
 * when no byte differs.
 */
export function updateTable(table: RouteTable, edits: ReadonlyMap<string, Uint8Array | undefined>): RouteTable {
  const names: string[] = [];
  const parts: Uint8Array[] = [];
  let differs = false;
  const put = (name: string, part: Uint8Array) => {
    names.push(name);
    parts.push(part);
  };
  const pending = [...edits.keys()].sort();
  let next = 0;
  const addBefore = (limit: string | undefined) => {
    for (let name = pending[next]; name !== undefined && (limit === undefined || name < limit); name = pending[++next]) {
      const part = edits.get(name);
      if (part === undefined) continue;
      differs = true;
      put(name, part);
    }
  };
  for (const [at, name] of table.names.entries()) {
    addBefore(name);
    const old = table.parts[at];
    const edited = pending[next] === name;
    const fresh = edited ? edits.get(name) : old;
    if (edited) next++;
    if (old === undefined) continue;
    if (fresh !== undefined && sameBytes(old, fresh)) put(name, old);
    else {
      differs = true;
      if (fresh !== undefined) put(name, fresh);
    }
  }
  addBefore(undefined);
  return differs ? { ...table, names, parts } : table;
}
