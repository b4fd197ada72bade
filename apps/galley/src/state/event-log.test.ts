import { expect, it } from 'vitest';
import { EventLog, type StateEvent } from './event-log.ts';

const events = (from: number, count: number): StateEvent[] => Array.from({ length: count }, (_, index) => ({ revision: from + index, before: undefined, after: undefined }));

it('goes on after a revision that it knows, and says when it does not', () => {
  const log = new EventLog();
  log.append(events(1, 3));
  expect(log.after(1)).toBe(1);
  expect(log.read(1)?.map(({ revision }) => revision)).toEqual([2, 3]);
  log.restart(10);
  expect(log.after(9)).toBeUndefined();
  expect(log.read(1)).toBeUndefined();
  expect(log.after(10)).toBe(3);
});

it('takes any number of events at once, and keeps the newest', () => {
  const log = new EventLog();
  log.append(events(1, 300_000));
  expect(log.end).toBe(300_000);
  expect(log.after(1)).toBeUndefined();
  expect(log.read(log.after(299_999) ?? 0)?.map(({ revision }) => revision)).toEqual([300_000]);
});
