import { durationNanoseconds } from '../duration.ts';
import type { Place } from './place.ts';

const millisecond = 1e6;

/** A duration that Envoy can hold: whole milliseconds, one at least. */
export function checkDuration(text: string | undefined, at: Place): void {
  if (text === undefined) return;
  const nanoseconds = durationNanoseconds(text) ?? 0;
  if (nanoseconds < millisecond) at.refuse('is too short', { found: text, allowed: '1ms or more' });
  else if (nanoseconds % millisecond !== 0) at.refuse('is finer than milliseconds', { found: text, allowed: 'whole milliseconds' });
}

/** The same where `0s` turns the thing off. */
export function checkDurationOrOff(text: string | undefined, at: Place): void {
  if (text !== undefined && durationNanoseconds(text) !== 0) checkDuration(text, at);
}
