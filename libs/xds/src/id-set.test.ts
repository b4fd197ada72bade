import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IdSet } from './id-set.ts';

const operation = fc.record({ what: fc.constantFrom('add', 'add', 'delete', 'shift', 'clear'), id: fc.oneof(fc.nat(2_000), fc.integer({ min: 900, max: 1_100 })) });

test('a set of numbers does what sets do, wherever its numbers lie', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 300 }), (operations) => {
      const set = new IdSet();
      const model = new Set<number>();
      const least = (): number | undefined => [...model].sort((a, b) => a - b)[0];
      for (const { what, id } of operations) {
        if (what === 'add') expect(set.add(id)).toBe(!model.has(id) && model.add(id) === model);
        else if (what === 'delete') expect(set.delete(id)).toBe(model.delete(id));
        else if (what === 'shift') {
          const expected = least();
          expect(set.shift()).toBe(expected);
          if (expected !== undefined) model.delete(expected);
        } else {
          set.clear();
          model.clear();
        }
        expect(set.has(id)).toBe(model.has(id));
        expect([...set]).toEqual([...model].sort((a, b) => a - b));
        expect(set.size).toBe(model.size);
      }
    }),
  );
});
