import { Set as PersistentSet, type Map as PersistentMap } from 'immutable';

/** Which values belong to a key, for instance the services at an address. */
export type KeySets = PersistentMap<string, PersistentSet<string>>;

/** A membership to add or take away. */
export type Membership = readonly [key: string, value: string];

/** The sets with some memberships taken away and then others added; sets left empty are dropped. */
export function updateKeySets(sets: KeySets, removed: Iterable<Membership>, added: Iterable<Membership>): KeySets {
  return sets.withMutations((draft) => {
    for (const [key, value] of removed) {
      const rest = draft.get(key)?.delete(value);
      if (rest === undefined || rest.isEmpty()) draft.delete(key);
      else draft.set(key, rest);
    }
    for (const [key, value] of added) draft.set(key, (draft.get(key) ?? PersistentSet<string>()).add(value));
  });
}
