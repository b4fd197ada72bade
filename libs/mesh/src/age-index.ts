import type { PersistentMap } from './persistent-map.ts';

/** Lists of resources, or of services, under keys, each list the oldest first. */
export type AgeIndex<T> = PersistentMap<string, readonly T[]>;

/** One that came, went, or was replaced by another. */
export interface Replacement<T> {
  readonly before: T | undefined;
  readonly after: T | undefined;
}

/**
 * Brings an index up to date. Only the lists under keys of what changed are made anew.
 *
 * @param keysOf the keys that one is listed under
 * @param compareAge orders them, the oldest first
 */
export function reindex<T>(index: AgeIndex<T>, changes: readonly Replacement<T>[], keysOf: (one: T) => Iterable<string>, compareAge: (a: T, b: T) => number): AgeIndex<T> {
  const gone = new Map<string, Set<T>>();
  const come = new Map<string, Set<T>>();
  for (const { before, after } of changes) {
    if (before !== undefined) collect(gone, keysOf(before), before);
    if (after !== undefined) collect(come, keysOf(after), after);
  }
  const lists = new Map<string, readonly T[] | undefined>();
  for (const key of new Set([...gone.keys(), ...come.keys()])) {
    const left = gone.get(key);
    const kept = (index.get(key) ?? []).filter((one) => left?.has(one) !== true);
    const list = [...kept, ...(come.get(key) ?? [])].sort(compareAge);
    lists.set(key, list.length === 0 ? undefined : list);
  }
  return index.with(lists);
}

function collect<T>(groups: Map<string, Set<T>>, keys: Iterable<string>, value: T): void {
  for (const key of keys) {
    const group = groups.get(key);
    if (group === undefined) groups.set(key, new Set([value]));
    else group.add(value);
  }
}
