import { delay, type Clock } from './clock.ts';
import type { Logger } from './logger.ts';

interface Part {
  readonly name: string;
  readonly stop: () => unknown;
}

/** The parts of a program that were started, to be stopped in reverse order. */
export class StopSequence {
  readonly #parts: Part[] = [];
  readonly #logger: Logger;
  #running = false;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Adds a part; one that comes up while the others already stop is stopped at once. */
  add(name: string, stop: () => unknown): void {
    if (this.#running) void this.#stop({ name, stop });
    else this.#parts.push({ name, stop });
  }

  /**
   * Stops every part, each after the one before it is done; a part that fails is logged and does not keep the others.
   *
   * @returns whether all stopped without an error within `deadlineMs`
   */
  async run(clock: Clock, deadlineMs: number): Promise<boolean> {
    this.#running = true;
    const done = new AbortController();
    let current = '';
    let clean = true;
    const everyPart = async (): Promise<boolean> => {
      for (let part = this.#parts.pop(); part !== undefined; part = this.#parts.pop()) {
        current = part.name;
        if (!(await this.#stop(part))) clean = false;
      }
      return clean;
    };
    const tooLate = delay(clock, deadlineMs, done.signal).then(() => {
      if (!done.signal.aborted) this.#logger.error({ part: current, deadlineMs }, 'did not stop in time');
      return false;
    });
    const result = await Promise.race([everyPart(), tooLate]);
    done.abort();
    return result;
  }

  async #stop({ name, stop }: Part): Promise<boolean> {
    try {
      await stop();
      return true;
    } catch (error) {
      this.#logger.error({ err: error, part: name }, 'failed to stop');
      return false;
    }
  }
}
