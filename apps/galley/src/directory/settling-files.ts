import { Slices, type Clock } from '@flotilla/runtime';
import type { Folder } from './folder.ts';

/** A file counts as whole when it has stayed the same for this long; an empty or missing one has to for longer. */
const settledAfterMs = 8;
const hollowSettledAfterMs = 60;

/** A file that may be being written, and since when it has looked as it does. */
interface Unsettled {
  stamp: string | undefined;
  since: number;
}

/**
 * Collects files that change and gives them on once nobody is writing them any more: those that change together
 * come together.
 */
export class SettlingFiles {
  readonly #folder: Folder;
  readonly #clock: Clock;
  readonly #onSettled: (files: ReadonlySet<string>) => void;
  readonly #unsettled = new Map<string, Unsettled>();
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(folder: Folder, clock: Clock, onSettled: (files: ReadonlySet<string>) => void) {
    this.#folder = folder;
    this.#clock = clock;
    this.#onSettled = onSettled;
  }

  touch(file: string): void {
    if (!this.#unsettled.has(file)) this.#unsettled.set(file, { stamp: undefined, since: this.#clock.now() });
    this.#schedule();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  #schedule(): void {
    if (this.#stopped || this.#unsettled.size === 0) return;
    this.#cancel ??= this.#clock.after(settledAfterMs, () => void this.#look());
  }

  async #look(): Promise<void> {
    const settled = new Set<string>();
    const slices = new Slices(this.#clock);
    for (const [file, unsettled] of this.#unsettled) {
      const { text, hollow } = this.#folder.stamp(file);
      const now = this.#clock.now();
      if (text !== unsettled.stamp) this.#unsettled.set(file, { stamp: text, since: now });
      else if (now - unsettled.since >= (hollow ? hollowSettledAfterMs : settledAfterMs - 1)) settled.add(file);
      if (slices.over) await slices.next();
    }
    for (const file of settled) this.#unsettled.delete(file);
    this.#cancel = undefined;
    if (settled.size > 0 && !this.#stopped) this.#onSettled(settled);
    this.#schedule();
  }
}
