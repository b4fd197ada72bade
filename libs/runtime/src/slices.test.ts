import { expect, it } from 'vitest';
import { Slices } from './slices.ts';

it('gives others their turn when work has taken its time, and only then', async () => {
  let now = 0;
  const slices = new Slices({ now: () => now });
  const turns: number[] = [];
  let others = true;
  const other = (): void => {
    turns.push(now);
    if (others) setImmediate(other);
  };
  setImmediate(other);
  for (now = 0; now < 30; now += 1) if (slices.over) await slices.next();
  others = false;
  expect(turns).toEqual([10, 20]);
});
