const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const yearMs = 365 * dayMs;

/** Below a limit, an age is told in a unit, and up to another limit with the next smaller one. */
const steps = [
  { below: 2 * minuteMs, unit: secondMs, letter: 's' },
  { below: 10 * minuteMs, unit: minuteMs, letter: 'm', rest: secondMs, restLetter: 's' },
  { below: 3 * hourMs, unit: minuteMs, letter: 'm' },
  { below: 8 * hourMs, unit: hourMs, letter: 'h', rest: minuteMs, restLetter: 'm' },
  { below: 2 * dayMs, unit: hourMs, letter: 'h' },
  { below: 8 * dayMs, unit: dayMs, letter: 'd', rest: hourMs, restLetter: 'h' },
  { below: 2 * yearMs, unit: dayMs, letter: 'd' },
  { below: 8 * yearMs, unit: yearMs, letter: 'y', rest: dayMs, restLetter: 'd' },
  { below: Infinity, unit: yearMs, letter: 'y' },
];

/** An age as `kubectl` shows ages: 45s, 5m30s, 90m, 3h15m, 26h, 5d2h, 40d, 3y20d. */
export function humanDuration(ms: number): string {
  const age = Math.max(0, ms);
  const { unit, letter, rest, restLetter } = steps.find(({ below }) => age < below) ?? { unit: yearMs, letter: 'y' };
  const whole = `${Math.floor(age / unit)}${letter}`;
  const more = rest === undefined ? 0 : Math.floor((age % unit) / rest);
  return more === 0 ? whole : `${whole}${more}${restLetter}`;
}
