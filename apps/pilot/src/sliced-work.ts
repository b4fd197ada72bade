import { Slices, type Clock } from '@flotilla/runtime';

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
    const slices = new Slices(this.#clock);
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) if (slices.over) await slices.next();
    return step.value;
  }
}
