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

it('takes long work step by step, and short work after it as part of the same slice', async () => {
  let now = 0;
  const slices = new Slices({ now: () => now });
  const done: string[] = [];
  function* work(name: string, steps: number): Generator<undefined, string> {
    for (let step = 0; step < steps; step += 1) {
      now += 4;
      done.push(name);
      yield;
    }
    return name;
  }
  setImmediate(() => done.push('another'));
  expect([await slices.take(work('long', 2)), await slices.take(work('short', 2))]).toEqual(['long', 'short']);
  expect(done).toEqual(['long', 'long', 'short', 'another', 'short']);
});
