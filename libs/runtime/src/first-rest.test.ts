import { setTimeout as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { collectAtRest } from './first-rest.ts';

/** Whether garbage is still there after the program has come to rest. */
async function keepsGarbage(usedHeap: number): Promise<boolean> {
  let rest = (): void => undefined;
  const clock = { now: () => 0, after: (_: number, fire: () => void) => ((rest = fire), () => undefined) };
  const garbage = new WeakRef({});
  // What was made or looked at in one turn of the event loop lives until the next.
  await turn(1);
  collectAtRest(clock, () => usedHeap);
  rest();
  return garbage.deref() !== undefined;
}

it('collects what starting has left, but nothing that would take long', async () => {
  expect(await keepsGarbage(30e6)).toBe(false);
  expect(await keepsGarbage(300e6)).toBe(true);
});
