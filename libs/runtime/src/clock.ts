/** Calls a timer off; harmless after it fired. */
export type Cancel = () => void;

/** The time and timers, given as a parameter to whatever depends on them. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Calls `fire` once, `ms` from now. */
  after(ms: number, fire: () => void): Cancel;
}

/** Node's timers fire at once for anything longer. */
const longestTimerMs = 2 ** 31 - 1;

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, fire) {
    let timer: NodeJS.Timeout;
    const wait = (remaining: number): void => {
      timer =
        remaining <= longestTimerMs
          ? setTimeout(fire, Math.max(0, remaining))
          : setTimeout(() => wait(remaining - longestTimerMs), longestTimerMs);
    };
    wait(ms);
    return () => clearTimeout(timer);
  },
};

/** Resolves `ms` from now by `clock`, or at once when `signal` is aborted (it does not reject: look at the signal). */
export function delay(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    const abort = (): void => {
      cancel();
      resolve();
    };
    signal?.addEventListener('abort', abort, { once: true });
  });
}
