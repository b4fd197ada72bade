import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { durationMs } from './duration.ts';

describe('durationMs', () => {
  it.each([
    ['5s', 5000],
    ['0.5s', 500],
    ['1m30s', 90_000],
    ['250ms', 250],
    ['1h', 3_600_000],
    ['100us', 0.1],
    ['0s', 0],
    ['-1s', -1000],
  ])('%s is %d', (text, ms) => expect(durationMs(text)).toBe(ms));

  it.each(['', '5', 's', '5 s', '5d', 'soon'])('"%s" is none', (text) => expect(() => durationMs(text)).toThrow(RangeError));

  it('adds up the parts', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.nat(59), fc.nat(59), fc.nat(999), (h, m, s, ms) => {
        expect(durationMs(`${h}h${m}m${s}s${ms}ms`)).toBe(((h * 60 + m) * 60 + s) * 1000 + ms);
      }),
    );
  });
});
