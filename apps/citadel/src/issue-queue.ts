import { FlotillaError } from '@flotilla/errors';

/** Renewals go first: whoever holds a certificate that runs out loses its traffic, a newcomer has none yet. */
export type Urgency = 'renewal' | 'first';

export interface IssueQueueOptions {
  /** How many works run at once. */
  readonly concurrency: number;
  /** How many may wait. */
  readonly limit: number;
  /** Milliseconds, for the waiting times. */
  readonly now: () => number;
  /** Told how long each work waited for its turn. */
  readonly onWaited: (urgency: Urgency, waitedMs: number) => void;
}

/** Lets only so many works run at once, the rest waiting in two lanes. */
export class IssueQueue {
  readonly #options: IssueQueueOptions;
  readonly #lanes: Readonly<Record<Urgency, (() => void)[]>> = { renewal: [], first: [] };
  #running = 0;

  constructor(options: IssueQueueOptions) {
    this.#options = options;
  }

  /** How many works wait. */
  get waiting(): number {
    return this.#lanes.renewal.length + this.#lanes.first.length;
  }

  /**
   * Runs `work` when its turn comes.
   * @throws FlotillaError NOT_READY at once where too many wait already
   */
  async run<T>(urgency: Urgency, work: () => Promise<T>): Promise<T> {
    const { limit, now, onWaited } = this.#options;
    if (this.waiting >= limit) throw new FlotillaError('NOT_READY', 'Too many certificate requests are waiting; come again');
    const since = now();
    await new Promise<void>((start) => {
      this.#lanes[urgency].push(start);
      this.#startNext();
    });
    onWaited(urgency, now() - since);
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#startNext();
    }
  }

  #startNext(): void {
    if (this.#running >= this.#options.concurrency) return;
    const start = this.#lanes.renewal.shift() ?? this.#lanes.first.shift();
    if (start === undefined) return;
    this.#running += 1;
    start();
  }
}
