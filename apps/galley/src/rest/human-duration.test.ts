import { expect, it } from 'vitest';
import { humanDuration } from './human-duration.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

it.each([
  [-second, '0s'],
  [119 * second, '119s'],
  [2 * minute, '2m'],
  [5 * minute + 30 * second, '5m30s'],
  [10 * minute + 30 * second, '10m'],
  [179 * minute, '179m'],
  [3 * hour + 15 * minute, '3h15m'],
  [8 * hour + 15 * minute, '8h'],
  [47 * hour, '47h'],
  [5 * day + 2 * hour, '5d2h'],
  [8 * day + 2 * hour, '8d'],
  [729 * day, '729d'],
  [2 * 365 * day + 20 * day, '2y20d'],
  [9 * 365 * day + 20 * day, '9y'],
])('shows %d ms as %s', (ms, text) => {
  expect(humanDuration(ms)).toBe(text);
});
