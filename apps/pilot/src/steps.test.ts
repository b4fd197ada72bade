import { expect, it } from 'vitest';
import { Steps } from './steps.ts';

it('finds the first step that has a revision of each store', () => {
  const steps = new Steps();
  expect(steps.current).toBe(0);
  expect(steps.reaching({ config: 1, endpoints: 0 })).toBeUndefined();
  for (const revision of [{ config: 3, endpoints: 7 }, { config: 5, endpoints: 7 }, { config: 5, endpoints: 9 }]) steps.add(revision);
  expect(steps.current).toBe(3);
  expect(steps.reaching({ config: 4, endpoints: 0 })).toBe(2);
  expect(steps.reaching({ config: 5, endpoints: 8 })).toBe(3);
  expect(steps.reaching({ config: 6, endpoints: 0 })).toBeUndefined();
  expect(steps.revisionAt(2)).toEqual({ config: 5, endpoints: 7 });
  expect(steps.revisionAt(0)).toEqual({ config: 3, endpoints: 7 });
});

it('goes on counting when old steps are forgotten', () => {
  const steps = new Steps();
  for (let n = 1; n <= 25_000; n += 1) steps.add({ config: n, endpoints: 0 });
  expect(steps.current).toBe(25_000);
  expect(steps.reaching({ config: 24_000, endpoints: 0 })).toBe(24_000);
  expect(steps.revisionAt(24_000)).toEqual({ config: 24_000, endpoints: 0 });
});
