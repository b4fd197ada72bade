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
  let names: string[] | undefined;
  let parts: Uint8Array[] | undefined;
  // In order, so that a table made from nothing only grows at its end.
  for (const name of [...edits.keys()].sort()) {
    const at = placeOf(names ?? table.names, name);
    const old = (names ?? table.names)[at] === name ? (parts ?? table.parts)[at] : undefined;
    const part = edits.get(name);
    if (old === part || (old !== undefined && part !== undefined && sameBytes(old, part))) continue;
    parts ??= table.parts.slice();
    if (old !== undefined && part !== undefined) parts[at] = part;
    else {
      names ??= table.names.slice();
      names.splice(at, old === undefined ? 0 : 1, ...(part === undefined ? [] : [name]));
      parts.splice(at, old === undefined ? 0 : 1, ...(part === undefined ? [] : [part]));
    }
  }
  return parts === undefined ? table : { ...table, names: names ?? table.names, parts };
}

/** Whether a virtual host's name begins like this. */
export function hasName({ names }: RouteTable, beginning: string): boolean {
  return names[placeOf(names, beginning)]?.startsWith(beginning) === true;
}

/** Where a name is in a list that is in order, or would be. */
function placeOf(names: readonly string[], name: string): number {
  let low = 0;
  let high = names.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((names[middle] ?? '') < name) low = middle + 1;
    else high = middle;
  }
  return low;
}
