import type { EnvoyResource } from './envoy-resource.ts';

/**
 * Work in steps of far less than a millisecond, for whoever does it to choose how many to take at a time.
 * Each yields the resources that it made, perhaps none.
 */
export type Steps<T> = Generator<readonly EnvoyResource[], T, undefined>;

/** Takes all steps at once. */
export function allSteps<T>(steps: Iterator<unknown, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
