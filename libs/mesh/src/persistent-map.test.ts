import { describe, expect, test, vi } from 'vitest';
import { PersistentMap } from './persistent-map.ts';

const name = (number: number): string => `service-${number}.default.svc.cluster.local`;

function inBatches(count: number, each: number): Map<string, number>[] {
  return Array.from({ length: count / each }, (_, batch) => new Map(Array.from({ length: each }, (_entry, at) => [name(batch * each + at), batch])));
}

/** How many entries of native maps are read, or written, meanwhile: one that is copied is written, too. */
function countOf(access: 'get' | 'set', work: () => unknown): number {
  const spy = vi.spyOn(Map.prototype, access);
  work();
  const count = spy.mock.calls.length;
  spy.mockRestore();
  return count;
}

test('a map is the same one where nothing differs', () => {
  const map = PersistentMap.empty<string, number>().with(new Map([['a', 1], ['b', 2]]));
  expect(map.with(new Map())).toBe(map);
  expect(map.with(new Map([['b', 2], ['c', undefined]]))).toBe(map);
  const draft = map.draft();
  draft.set('a', undefined);
  draft.set('a', 1);
  expect(draft.finished()).toBe(map);
});

describe('what is copied', () => {
  const count = 20_000;
  const batches = inBatches(count, 250);
  const grown = (from = PersistentMap.empty<string, number>()) => batches.reduce((map, batch) => map.with(batch), from);
  const large = grown();

  test('for a map that grows by batches is each entry a few times', () => {
    expect(countOf('set', () => grown())).toBeLessThan(8 * count);
    expect(large.size).toBe(count);
  });

  test('for one change of a large map is a few dozen entries in the long run, also off its older versions, and a look-up stays a few', () => {
    const changes = Array.from({ length: 10_000 }, (_, at) => new Map([[name((at * 7_919) % count), at % 3 === 0 ? undefined : -at]]));
    let map = large;
    const writes = countOf('set', () => {
      for (const change of changes) {
        map.with(change);
        map = map.with(change);
      }
    });
    expect(writes).toBeLessThan(2 * 30 * changes.length);
    expect(large.values().every((value) => value >= 0)).toBe(true);
    const names = [...large.keys()];
    expect(countOf('get', () => names.map((key) => map.get(key)))).toBeLessThan(8 * count);
  });

  test('for a map that loses all is not more, and in the end nothing is left', () => {
    const gone = batches.map((batch) => new Map(batch.keys().map((key) => [key, undefined])));
    let map = large;
    const writes = countOf('set', () => {
      for (const batch of gone) map = map.with(batch);
    });
    expect([map.size, ...map]).toEqual([0]);
    expect(writes).toBeLessThan(10 * count);
    expect(countOf('set', () => grown(map))).toBe(countOf('set', () => grown()));
  });
});
