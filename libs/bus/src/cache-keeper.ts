import { messageOf } from '@flotilla/errors';
import type { Clock, Logger } from '@flotilla/runtime';
import { appendToCache, cacheExtent, writeCache } from './cache-file.ts';
import type { ReplicaState } from './replica.ts';
import type { ResourceChange } from './resource-store.ts';

/** Changes within this time are written together. */
const gatherMs = 1_000;
/** How long a process that has just read everything may be busy with it, before it is all written. */
const settleMs = 10_000;
/** A file whose later additions are larger than this, in bytes, and than what it began with, is written anew. */
const largestAddition = 1024 * 1024;

/** What is in the file, as far as this keeper knows. */
interface Kept {
  readonly stream: string;
  /** Bytes that were written at once, and bytes added since. */
  readonly whole: number;
  readonly added: number;
}

/**
 * Keeps a cache file near a state that changes: one write for many changes, one at a time. A write is as large as what
 * changed; the whole state is written only now and then.
 */
export class CacheKeeper {
  readonly #path: string;
  readonly #state: () => ReplicaState;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #changes: ResourceChange[] = [];
  #kept: Kept | undefined;
  #cancel: (() => void) | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: { path: string; state: () => ReplicaState; clock: Clock; logger: Logger }) {
    this.#path = options.path;
    this.#state = options.state;
    this.#clock = options.clock;
    this.#logger = options.logger;
  }

  /** Takes what has just changed in the state. */
  take(change: ResourceChange): void {
    this.#changes.push(change);
    this.#cancel ??= this.#clock.after(this.#kept === undefined ? settleMs : gatherMs, () => this.#write());
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
      .then(() => this.#bringForward())
      .catch((error: unknown) => {
        this.#kept = undefined;
        this.#logger.warn({ file: this.#path, reason: messageOf(error) }, 'the cache could not be written');
      });
  }

  async #bringForward(): Promise<void> {
    const there = this.#kept === undefined ? await cacheExtent(this.#path) : undefined;
    const kept = this.#kept;
    const state = this.#state();
    const changes = this.#changes;
    this.#changes = [];
    if (kept?.stream === state.stream && kept.added <= Math.max(largestAddition, kept.whole)) {
      this.#kept = { ...kept, added: kept.added + (await appendToCache(this.#path, changes)) };
      return;
    }
    const upToDate = there?.stream === state.stream && there.revision === state.revision;
    this.#kept = { stream: state.stream, whole: upToDate ? there.size : await writeCache(this.#path, state), added: 0 };
  }
}
