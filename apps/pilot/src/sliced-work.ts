import { Slices, type Clock } from '@flotilla/runtime';

/** Long work, piece by piece and one after the other, between which the event loop has its turns. */
export class SlicedWork {
  readonly #slices: Slices;
  #last: Promise<unknown> = Promise.resolve();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#slices = new Slices(clock);
  }

  /** Takes all steps, after all work that was added before. @returns what they come to */
  add<T>(steps: Iterator<unknown, T>): Promise<T> {
    const result = this.#last.then(() => this.#slices.take(steps));
    this.#last = result.catch(() => undefined);
    return result;
  }
}
