import fc from 'fast-check';
import { expect, test } from 'vitest';
import { updateKeySets, type KeySets, type Membership } from './key-sets.ts';
import { PersistentMap } from './persistent-map.ts';

const membership = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(150).map(String));
const many = fc.tuple(fc.constantFrom('a', 'b'), fc.nat(100)).map(([key, from]): Membership[] => Array.from({ length: 80 }, (_, at) => [key, String(from + at)]));
const memberships = fc.oneof({ weight: 3, arbitrary: fc.array(membership, { maxLength: 5 }) }, { weight: 1, arbitrary: many });

const labelOf = ([key, value]: Membership): string => `${key}=${value}`;

function labelsOf(sets: KeySets): string[] {
  return [...sets].flatMap(([key, values]) => [...values.keys()].map((value) => labelOf([key, value]))).sort();
}

test('sets of any size have the memberships that were added and not taken away since, and none is empty', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(memberships, memberships), { maxLength: 20 }), (updates) => {
      let sets: KeySets = PersistentMap.empty();
      const known = new Set<string>();
      for (const [removed, added] of updates) {
        sets = updateKeySets(sets, removed, added);
        for (const one of removed) known.delete(labelOf(one));
        for (const one of added) known.add(labelOf(one));
        expect(labelsOf(sets)).toEqual([...known].sort());
        for (const [key, values] of sets) expect([values.size, values.has('150')]).toEqual([[...values.keys()].length, known.has(labelOf([key, '150']))]);
        expect(sets.values().every(({ size }) => size > 0)).toBe(true);
      }
    }),
  );
});

test('what is taken away and added again, or is there already, leaves the very same sets', () => {
  for (const count of [1, 1_000]) {
    const all = Array.from({ length: count }, (_, at): Membership => ['key', String(at)]);
    const sets = updateKeySets(PersistentMap.empty(), [], all);
    expect(updateKeySets(sets, [['key', '0'], ['other', '1']], [['key', '0']])).toBe(sets);
  }
});
