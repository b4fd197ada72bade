import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Turns } from './turns.ts';

/** Holds the event loop for longer than one turn may. */
function hold(): void {
  const until = performance.now() + 10;
  while (performance.now() < until);
}

it('gives way to others between pieces of work that take their time, and does them in order', async () => {
  const turns = new Turns(() => undefined);
  const done: string[] = [];
  const pieces = ['a', 'b', 'c'].map((name) => turns.once(() => {
    hold();
    done.push(name);
  }));
  for (const before of [['a'], ['a', 'b'], ['a', 'b', 'c']]) {
    await nextTurn();
    expect(done).toEqual(before);
  }
  await Promise.all(pieces);
});

it('does short ones together, lets each taker go on until it has no more, and says when all have', async () => {
  let idle = 0;
  const turns = new Turns(() => void (idle += 1));
  const done: string[] = [];
  let left = 2;
  turns.add({
    takeTurn() {
      done.push('taker');
      left -= 1;
      return left > 0;
    },
  });
  const once = turns.once(() => void done.push('once'));
  await nextTurn();
  await once;
  expect([done, idle]).toEqual([['taker', 'once', 'taker'], 1]);
});

it('hands on what a piece throws, and does the others', async () => {
  const turns = new Turns(() => undefined);
  const failing = turns.once(() => {
    throw new Error('no');
  });
  const other = turns.once(() => undefined);
  await expect(failing).rejects.toThrow('no');
  await other;
});
