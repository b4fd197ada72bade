/** How retries are spread out. Times in milliseconds. */
export interface BackoffOptions {
  readonly initialMs: number;
  readonly maxMs: number;
  /** What each delay is multiplied by; 2 when not given. */
  readonly factor?: number;
  /** Gives numbers in [0, 1), as `Math.random` does. */
  readonly random: () => number;
}

/** The delays between attempts at the same thing. */
export interface Backoff {
  /** The delay before the next attempt: between half of the nominal delay and all of it. */
  next(): number;
  /** To be called after a success: the next delay is the first one again. */
  reset(): void;
}

/** Exponential delays with jitter, so that many who lost the same server do not return all at once. */
export function backoff({ initialMs, maxMs, factor = 2, random }: BackoffOptions): Backoff {
  let nominalMs = initialMs;
  return {
    next() {
      const delayMs = nominalMs * (0.5 + random() / 2);
      nominalMs = Math.min(maxMs, nominalMs * factor);
      return delayMs;
    },
    reset() {
      nominalMs = initialMs;
    },
  };
}
