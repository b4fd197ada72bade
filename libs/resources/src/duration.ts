/** A number with a unit, once or more: what Istio's YAML and Go accept as a duration. */
export const durationPattern = '^[-+]?(([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+$';

const nanosecondsIn: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  'µs': 1e3,
  'μs': 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};
const whole = new RegExp(durationPattern);
const part = /([0-9]*\.?[0-9]*)(ns|us|µs|μs|ms|s|m|h)/g;

/** The nanoseconds of a duration such as `1m30s` or `0.25s`; `undefined` where the text is none. */
export function durationNanoseconds(text: string): number | undefined {
  if (!whole.test(text)) return undefined;
  let total = 0;
  for (const [, amount = '', unit = ''] of text.matchAll(part)) total += Number(amount) * (nanosecondsIn[unit] ?? 0);
  return Math.round(text.startsWith('-') ? -total : total);
}

/**
 * The milliseconds of a duration such as `1m30s` or `0.25s`.
 * @throws RangeError where the text is no duration, which a validated resource never holds
 */
export function durationMs(text: string): number {
  const nanoseconds = durationNanoseconds(text);
  if (nanoseconds === undefined) throw new RangeError(`"${text}" is not a duration such as 5s or 250ms`);
  return nanoseconds / 1e6;
}
