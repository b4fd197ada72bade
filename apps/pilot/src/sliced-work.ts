import { setImmediate } from 'node:timers/promises';
import type { Clock } from '@flotilla/runtime';

/** How long the event loop is held at a time. */
const sliceMs = 10;

/** Long work, piece by piece and one after the other, between which the event loop has its turns. */
export class SlicedWork {
  readonly #clock: Clock;
  #last: Promise<unknown> = Promise.resolve();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes all steps, after all work that was added before. @returns what they come to */
  add<T>(steps: Iterator<unknown, T>): Promise<T> {
    const result = this.#last.then(() => this.#take(steps));
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #take<T>(steps: Iterator<unknown, T>): Promise<T> {
    for (;;) {
      const until = this.#clock.now() + sliceMs;
      do {
        const step = steps.next();
        if (step.done === true) return step.value;
      } while (this.#clock.now() < until);
      await setImmediate();
    }
  }
}
