import { expect, it } from 'vitest';
import { createLogger, type Clock } from './index.ts';
import { StopSequence } from './stop-sequence.ts';

const logger = createLogger('test', { level: 'silent' });

it('gives up at its deadline', async () => {
  const sequence = new StopSequence(logger);
  const stopped: string[] = [];
  sequence.add('never reached', () => stopped.push('never reached'));
  sequence.add('stuck', () => new Promise(() => undefined));
  sequence.add('quick', () => stopped.push('quick'));
  const timers: { ms: number; fire: () => void }[] = [];
  const clock: Clock = { now: () => 0, after: (ms, fire) => (timers.push({ ms, fire }), () => undefined) };
  const done = sequence.run(clock, 10_000);
  expect(timers.map(({ ms }) => ms)).toEqual([10_000]);
  timers[0]?.fire();
  expect(await done).toBe(false);
  expect(stopped).toEqual(['quick']);
});

it('stops what comes up late at once', async () => {
  const sequence = new StopSequence(logger);
  const clock: Clock = { now: () => 0, after: () => () => undefined };
  expect(await sequence.run(clock, 10)).toBe(true);
  const { promise, resolve } = Promise.withResolvers<undefined>();
  sequence.add('late', () => resolve(undefined));
  await promise;
});
