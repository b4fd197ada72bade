import type { MeshResource } from '@flotilla/resources';
import type { Map as PersistentMap } from 'immutable';
import { compareAge } from './age.ts';
import type { Change } from './resource-change.ts';

/** Lists of resources under keys, each list the oldest first. */
export type AgeIndex<R extends MeshResource> = PersistentMap<string, readonly R[]>;

/**
 * Brings an index up to date. Only the lists under keys of changed resources are made anew.
 *
 * @param keysOf the keys that a resource is listed under
 */
export function reindex<R extends MeshResource>(index: AgeIndex<R>, changes: readonly Change<R>[], keysOf: (resource: R) => Iterable<string>): AgeIndex<R> {
  const gone = new Map<string, Set<R>>();
  const come = new Map<string, Set<R>>();
  for (const { before, after } of changes) {
    if (before !== undefined) collect(gone, keysOf(before), before);
    if (after !== undefined) collect(come, keysOf(after), after);
  }
  return index.withMutations((lists) => {
    for (const key of new Set([...gone.keys(), ...come.keys()])) {
      const left = gone.get(key);
      const kept = (lists.get(key) ?? []).filter((resource) => left?.has(resource) !== true);
      const list = [...kept, ...(come.get(key) ?? [])].sort(compareAge);
      if (list.length === 0) lists.delete(key);
      else lists.set(key, list);
    }
  });
}

function collect<R>(groups: Map<string, Set<R>>, keys: Iterable<string>, value: R): void {
  for (const key of keys) {
    const group = groups.get(key);
    if (group === undefined) groups.set(key, new Set([value]));
    else group.add(value);
  }
}
