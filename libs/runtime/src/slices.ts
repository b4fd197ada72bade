import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from './clock.ts';

/** How long the event loop is held at a time, in milliseconds. */
const sliceMs = 10;

/**
 * Cuts long work into slices, between which everything else gets its turn. The work asks from time to time:
 * `if (slices.over) await slices.next();`
 */
export class Slices {
  readonly #clock: Pick<Clock, 'now'>;
  #until: number;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
    this.#until = clock.now() + sliceMs;
  }

  /** Whether the work has held the event loop for long enough. */
  get over(): boolean {
    return this.#clock.now() >= this.#until;
  }

  /** Takes all steps, with turns for others in between. @returns what they come to */
  async take<T>(steps: Iterator<unknown, T>): Promise<T> {
    for (;;) {
      if (this.over) await this.next();
      const step = steps.next();
      if (step.done === true) return step.value;
    }
  }

  /** Lets everything else that waits have its turn. */
  async next(): Promise<void> {
    await nextTurn();
    this.#until = this.#clock.now() + sliceMs;
  }
}
