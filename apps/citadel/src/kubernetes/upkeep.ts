import { messageOf } from '@flotilla/errors';
import { backoff, delay, type Clock, type Logger } from '@flotilla/runtime';

export interface UpkeepOptions {
  /** What is kept right, as it is named in the log. */
  readonly what: string;
  /** Puts the one of this name right. */
  readonly mend: (name: string, signal: AbortSignal) => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Keeps objects of a cluster right: one after the other, and again after a while where that fails. */
export class Upkeep {
  readonly #options: UpkeepOptions;
  readonly #stopping = new AbortController();
  readonly #retry = backoff({ initialMs: 500, maxMs: 30_000, random: Math.random });
  readonly #wrong = new Set<string>();
  #working: Promise<void> | undefined;
  #started = false;

  constructor(options: UpkeepOptions) {
    this.#options = options;
  }

  /** Begins, once everything that there is has been seen. */
  start(): void {
    this.#started = true;
    this.#wake();
  }

  /** Says how an object was last seen. */
  observe(name: string, isRight: boolean): void {
    if (isRight) this.#wrong.delete(name);
    else this.#wrong.add(name);
    this.#wake();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#working;
  }

  #wake(): void {
    if (!this.#started || this.#stopping.signal.aborted || this.#wrong.size === 0) return;
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
      this.#wake();
    });
  }

  async #work(): Promise<void> {
    const { what, mend, clock, logger } = this.#options;
    const { signal } = this.#stopping;
    for (const name of this.#wrong) {
      // What is seen of it from here on counts.
      this.#wrong.delete(name);
      try {
        await mend(name, signal);
        this.#retry.reset();
      } catch (error) {
        if (signal.aborted) return;
        this.#wrong.add(name);
        logger.warn({ name, reason: messageOf(error) }, `${what} cannot be put right yet`);
        await delay(clock, this.#retry.next(), signal);
      }
      if (signal.aborted) return;
    }
  }
}
