import type { AdminApi } from './admin-api.ts';
import { memoryOf } from './process-usage.ts';

/** How a Pilot is at one moment; bytes, and seconds since the watch began. */
export interface Sample {
  readonly at: number;
  readonly resident: number;
  readonly heap: number;
}

/** The event loop is looked at this often, in milliseconds: as long passes between two looks when nothing holds it. */
const resolutionMs = 10;
const everyMs = 1_000;

/** Looks at a Pilot every second. */
export class PilotWatch {
  readonly #admin: AdminApi;
  readonly #pid: number;
  readonly #begun = Date.now();
  readonly #samples: Sample[] = [];
  readonly #timer: NodeJS.Timeout;
  #longestBlockMs = 0;
  #looking: Promise<void>;

  constructor(admin: AdminApi, pid: number) {
    this.#admin = admin;
    this.#pid = pid;
    // What the event loop went through before the watch is none of its business.
    this.#looking = admin.get('/metrics').then(() => undefined);
    this.#timer = setInterval(() => {
      this.#looking = this.#looking.then(() => this.#look());
    }, everyMs);
  }

  /** Looks for the last time. @returns the samples, and the longest time that the event loop was held, in milliseconds */
  async stop(): Promise<{ readonly samples: readonly Sample[]; readonly longestBlockMs: number }> {
    clearInterval(this.#timer);
    await this.#looking;
    await this.#look();
    return { samples: this.#samples, longestBlockMs: this.#longestBlockMs };
  }

  async #look(): Promise<void> {
    const metrics = await this.#admin.metrics();
    // Since it was last asked for.
    const lag = (metrics.get('nodejs_eventloop_lag_max_seconds') ?? 0) * 1_000 - resolutionMs;
    this.#longestBlockMs = Math.max(this.#longestBlockMs, lag);
    this.#samples.push({ at: (Date.now() - this.#begun) / 1_000, resident: memoryOf(this.#pid).now, heap: metrics.get('nodejs_heap_size_used_bytes') ?? NaN });
  }
}
