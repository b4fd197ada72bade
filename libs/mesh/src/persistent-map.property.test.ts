import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PersistentMap } from './persistent-map.ts';

type Entries = readonly (readonly [number, number | undefined])[];

const key = fc.nat(400);
const value = fc.option(fc.nat(2), { nil: undefined });
const some = fc.array(fc.tuple(key, value), { maxLength: 6 });
const many = fc.tuple(key, fc.integer({ min: 1, max: 300 }), value).map(([from, count, of]): Entries => Array.from({ length: count }, (_, at) => [from + at, of]));
/** What is written at once, and how many versions ago the map is that it is written to. */
const edit = fc.record({ entries: fc.oneof({ weight: 4, arbitrary: some }, { weight: 1, arbitrary: many }), back: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(20) }) });

function edited(map: ReadonlyMap<number, number>, entries: Entries): Map<number, number> {
  const next = new Map(map);
  for (const [at, to] of entries) {
    if (to === undefined) next.delete(at);
    else next.set(at, to);
  }
  return next;
}

function byKey(entries: Iterable<[number, number]>): [number, number][] {
  return [...entries].sort(([a], [b]) => a - b);
}

test('every version of a map, and of what branches off from it, has the entries of a native one for ever', () => {
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 60 }), (edits) => {
      const versions = [{ map: PersistentMap.empty<number, number>(), native: new Map<number, number>() }];
      for (const { entries, back } of edits) {
        const { map, native } = versions[Math.max(0, versions.length - 1 - back)]!;
        versions.push({ map: map.with(new Map(entries)), native: edited(native, entries) });
      }
      for (const { map, native } of versions) {
        expect(map.size).toBe(native.size);
        expect(byKey(map)).toEqual(byKey(native));
        expect(byKey(map.entries())).toEqual(byKey(native));
        expect([...map.keys()].sort()).toEqual([...native.keys()].sort());
        expect([...map.values()].sort()).toEqual([...native.values()].sort());
        for (let at = 0; at <= 700; at += 7) expect([map.get(at), map.has(at)]).toEqual([native.get(at), native.has(at)]);
      }
    }),
    { numRuns: 200 },
  );
});

test('going through a map is not disturbed by what is made of it meanwhile', () => {
  fc.assert(
    fc.property(many, many, fc.nat(300), (first, second, upTo) => {
      const map = PersistentMap.empty<number, number>().with(new Map(first));
      const seen: [number, number][] = [];
      let next = map;
      for (const entry of map) {
        if (seen.length === upTo) next = next.with(new Map(second));
        seen.push(entry);
      }
      expect(byKey(seen)).toEqual(byKey(edited(new Map(), first)));
    }),
  );
});

test('changes one after the other give what they give together', () => {
  fc.assert(
    fc.property(some, some, (first, second) => {
      const map = PersistentMap.empty<number, number>().with(new Map(first));
      const draft = map.draft();
      const native = edited(new Map(), first);
      for (const [at, to] of second) {
        draft.set(at, to);
        if (to === undefined) native.delete(at);
        else native.set(at, to);
        for (const [known] of [...first, ...second]) expect(draft.get(known)).toBe(native.get(known));
      }
      expect(byKey(draft.finished())).toEqual(byKey(native));
      expect(byKey(map)).toEqual(byKey(edited(new Map(), first)));
    }),
  );
});
