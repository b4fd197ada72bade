import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NameSet } from './name-set.ts';
import { NameTable } from './name-table.ts';

const name = fc.integer({ max: 200, min: 0 }).map(String);
const operation = fc.record({ set: fc.nat(1), add: fc.boolean(), name });

test('sets of names do what sets do, and their table forgets what none of them uses', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 500 }), (operations) => {
      const table = new NameTable();
      const sets = [new NameSet(table), new NameSet(table)];
      const models = [new Set<string>(), new Set<string>()];
      for (const { set, add, name: each } of operations) {
        const had = models[set]!.has(each);
        expect(sets[set]!.has(each)).toBe(had);
        if (add) models[set]!.add(each);
        else models[set]!.delete(each);
        if (add) expect(sets[set]!.add(each)).toBe(each);
        else expect(sets[set]!.delete(each)).toBe(had);
      }
      sets.forEach((set, index) => {
        expect([...set].sort()).toEqual([...models[index]!].sort());
        expect(set.size).toBe(models[index]!.size);
      });
      expect(table.size).toBe(new Set([...models[0]!, ...models[1]!]).size);
      for (const set of sets) set.clear();
      expect(table.size).toBe(0);
    }),
  );
});
