import { PersistentMap } from './persistent-map.ts';
import { remember } from './remember.ts';

/** The values of one key. Most sets have one, and are kept as native ones; large ones are not copied for every change. */
export type KeySet = ReadonlySet<string> | PersistentMap<string, true>;

/** Which values belong to a key, for instance the services at an address. */
export type KeySets = PersistentMap<string, KeySet>;

/** A membership to add or take away. */
export type Membership = readonly [key: string, value: string];

/** A value, and whether it belongs to a key from now on. */
type Change = readonly [value: string, isMember: true | undefined];

/** How many values a native set has at most. */
const mostNative = 64;

const none: KeySet = new Set<string>();

/** The sets with some memberships taken away and then others added; sets left empty are dropped. */
export function updateKeySets(sets: KeySets, removed: Iterable<Membership>, added: Iterable<Membership>): KeySets {
  const changes = new Map<string, Change[]>();
  for (const [key, value] of removed) remember(changes, key, () => []).push([value, undefined]);
  for (const [key, value] of added) remember(changes, key, () => []).push([value, true]);
  const updated = new Map<string, KeySet | undefined>();
  for (const [key, values] of changes) {
    const set = updatedSet(sets.get(key) ?? none, values);
    updated.set(key, set.size === 0 ? undefined : set);
  }
  return sets.with(updated);
}

/** @returns the same set where nothing differs */
function updatedSet(set: KeySet, changes: readonly Change[]): KeySet {
  if (set.size + changes.length > mostNative) return asMap(set).with(new Map(changes));
  const updated = new Set(set.keys());
  for (const [value, isMember] of changes) {
    if (isMember) updated.add(value);
    else updated.delete(value);
  }
  return updated.size === set.size && updated.isSubsetOf(set) ? set : updated;
}

function asMap(set: KeySet): PersistentMap<string, true> {
  return set instanceof PersistentMap ? set : PersistentMap.empty<string, true>().with(new Map(set.keys().map((value) => [value, true])));
}
