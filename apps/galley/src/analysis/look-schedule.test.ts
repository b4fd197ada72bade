import { expect, it } from 'vitest';
import { LookSchedule } from './look-schedule.ts';

it('waits for a pause, and no longer than ten seconds for one', () => {
  const schedule = new LookSchedule();
  expect(schedule.next(false)).toBeUndefined();
  for (let now = 5_000; now <= 13_500; now += 500) {
    schedule.changed(now, false);
    expect(schedule.next(false)).toBe(now + 1_000);
  }
  for (let now = 14_000; now <= 20_000; now += 500) {
    schedule.changed(now, false);
    expect(schedule.next(false)).toBe(15_000);
  }
  schedule.taken();
  expect(schedule.next(false)).toBeUndefined();
});

it('leaves endpoints for later, unless more than them changes', () => {
  const schedule = new LookSchedule();
  schedule.changed(0, true);
  schedule.changed(20_000, true);
  expect(schedule.next(false)).toBe(30_000);
  schedule.changed(21_000, false);
  expect(schedule.next(false)).toBe(22_000);
  schedule.taken();
  schedule.changed(40_000, true);
  expect(schedule.next(false)).toBe(70_000);
});

it('rests after a look, the longer the longer it took, and less where somebody asks', () => {
  const schedule = new LookSchedule();
  schedule.changed(1_000, false);
  expect(schedule.next(true)).toBe(0);
  schedule.taken();
  schedule.ended(1_000, 1_500);
  expect(schedule.next(true)).toBeUndefined();
  schedule.changed(1_600, true);
  expect(schedule.next(true)).toBe(2_000);
  expect(schedule.next(false)).toBe(31_600);
  schedule.changed(1_700, false);
  expect(schedule.next(false)).toBe(6_000);
});
