import { expect, it } from 'vitest';
import { IssueQueue, type Urgency } from './issue-queue.ts';

function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  return { opened: promise, open: () => resolve(undefined) };
}

it('lets renewals go before first requests, and only so many at once', async () => {
  const waits: [Urgency, number][] = [];
  let now = 0;
  const queue = new IssueQueue({ concurrency: 2, limit: 10, now: () => now, onWaited: (urgency, waitedMs) => waits.push([urgency, waitedMs]) });
  const gates = [gate(), gate()];
  const running = gates.map(({ opened }) => queue.run('first', () => opened));
  const order: string[] = [];
  const note = (name: string) => () => Promise.resolve(void order.push(name));
  const waiting = [queue.run('first', note('first 1')), queue.run('first', note('first 2')), queue.run('renewal', note('renewal'))];
  expect(queue.waiting).toBe(3);
  now = 70;
  gates[0]?.open();
  await Promise.all(waiting);
  expect(order).toEqual(['renewal', 'first 1', 'first 2']);
  expect(waits.slice(2)).toEqual([['renewal', 70], ['first', 70], ['first', 70]]);
  gates[1]?.open();
  await Promise.all(running);
});

it('refuses what would wait behind too many, and goes on after a failure', async () => {
  const queue = new IssueQueue({ concurrency: 1, limit: 1, now: () => 0, onWaited: () => undefined });
  const { opened, open } = gate();
  const failing = queue.run('first', async () => {
    await opened;
    throw new Error('broken');
  });
  const waiting = queue.run('first', () => Promise.resolve('done'));
  await expect(queue.run('renewal', () => Promise.resolve())).rejects.toMatchObject({ code: 'NOT_READY' });
  open();
  await expect(failing).rejects.toThrow('broken');
  expect(await waiting).toBe('done');
});
