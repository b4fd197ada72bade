import type { MeshResource } from '@flotilla/resources';

/** One resource that became another: created where there was none before, removed where there is none after. */
export interface StateEvent {
  readonly revision: number;
  readonly before: MeshResource | undefined;
  readonly after: MeshResource | undefined;
  /** Only the status is another: before and after are one, and the revision is where the store was by then. */
  readonly ofStatus?: true;
}

/** How many events are kept for watches that go on from an older revision, or are slow. */
const capacity = 4_096;

/** The newest events of one store, numbered without a gap, so that any number of readers can follow at their own pace. */
export class EventLog {
  #events: StateEvent[] = [];
  /** The number of the oldest event that is kept. */
  #first = 0;
  /** Events at this revision and below are not here. */
  #floor = 0;
  #waiting = new Set<() => void>();

  /** The number that the next event will have. */
  get end(): number {
    return this.#first + this.#events.length;
  }

  append(events: readonly StateEvent[]): void {
    // One by one: as arguments of one call, a whole mesh that changed at once would overflow the stack.
    for (const event of events) this.#events.push(event);
    // Dropped in larger steps, for taking from the front of an array costs as much as the array is long.
    if (this.#events.length > 2 * capacity) {
      const dropped = this.#events.splice(0, this.#events.length - capacity);
      this.#first += dropped.length;
      this.#floor = Math.max(this.#floor, dropped.at(-1)?.revision ?? 0);
    }
    this.#wake();
  }

  /** Forgets what came before: from here on revisions have nothing to do with earlier ones. */
  restart(floor: number): void {
    this.#first = this.end;
    this.#events = [];
    this.#floor = floor;
  }

  /**
   * The number of the first event after `revision`; undefined where events after it are no longer known. Statuses at that
   * very revision may have changed after somebody looked: they count as later.
   */
  after(revision: number): number | undefined {
    if (revision < this.#floor) return undefined;
    const index = this.#events.findIndex((event) => event.revision > revision || (event.ofStatus === true && event.revision === revision));
    return index === -1 ? this.end : this.#first + index;
  }

  /** The events from number `from` on; undefined where some of them are gone. */
  read(from: number): readonly StateEvent[] | undefined {
    return from < this.#first ? undefined : this.#events.slice(from - this.#first);
  }

  /** Resolves at the next event, or when the signal is aborted. */
  next(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#waiting.add(done);
      signal.addEventListener('abort', done);
      if (signal.aborted) done();
    });
  }

  #wake(): void {
    for (const done of [...this.#waiting]) done();
  }
}
