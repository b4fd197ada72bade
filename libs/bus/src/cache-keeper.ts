import { messageOf } from '@flotilla/errors';
import type { Clock, Logger } from '@flotilla/runtime';
import { writeCache } from './cache-file.ts';
import type { ReplicaState } from './replica.ts';

/** Changes within this time are written together. */
const gatherMs = 1_000;

/** Keeps a cache file near a state that changes: one write for many changes, one at a time. */
export class CacheKeeper {
  readonly #path: string;
  readonly #state: () => ReplicaState;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #cancel: (() => void) | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: { path: string; state: () => ReplicaState; clock: Clock; logger: Logger }) {
    this.#path = options.path;
    this.#state = options.state;
    this.#clock = options.clock;
    this.#logger = options.logger;
  }

  /** Says that the state is another now. */
  touch(): void {
    this.#cancel ??= this.#clock.after(gatherMs, () => this.#write());
  }

  /** Writes what is still unwritten and waits for it. */
  async flush(): Promise<void> {
    if (this.#cancel !== undefined) {
      this.#cancel();
      this.#write();
    }
    await this.#writing;
  }

  #write(): void {
    this.#cancel = undefined;
    this.#writing = this.#writing
      .then(() => writeCache(this.#path, this.#state()))
      .catch((error: unknown) => this.#logger.warn({ file: this.#path, reason: messageOf(error) }, 'the cache could not be written'));
  }
}
