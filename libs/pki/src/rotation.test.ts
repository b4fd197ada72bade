import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rotateAt } from './index.ts';

it('falls around the half of any validity, spread by the random number', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2e12 }), fc.integer({ min: 1000, max: 1e10 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (notBeforeMs, lifetimeMs, random) => {
      const share = (rotateAt({ notBeforeMs, notAfterMs: notBeforeMs + lifetimeMs, random }) - notBeforeMs) / lifetimeMs;
      expect(share).toBeGreaterThan(0.39);
      expect(share).toBeLessThan(0.61);
    }),
  );
  expect(rotateAt({ notBeforeMs: 0, notAfterMs: 100, random: 0.5 })).toBe(50);
  expect(rotateAt({ notBeforeMs: 0, notAfterMs: 100, random: 0 })).toBe(40);
});
