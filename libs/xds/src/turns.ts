/** Something that works piece by piece. */
export interface TurnTaker {
  /** Does the next piece. @returns whether there may be more to do at once */
  takeTurn(): boolean;
}

/** How long the event loop is held at a time, in milliseconds. */
const sliceMs = 8;

/**
 * Lets all streams that have something to do take turns, a response or a request each, and gives way to everything else
 * every few milliseconds: neither a change for a thousand proxies, nor many that come back at once and say what they have,
 * blocks the process or serves one before the others.
 */
export class Turns {
  readonly #ready = new Set<TurnTaker>();
  readonly #idle: () => void;
  #planned = false;

  /** @param idle told each time that nobody has anything more to do */
  constructor(idle: () => void) {
    this.#idle = idle;
  }

  /** Gives `taker` a turn, and further ones for as long as it has more; being asked for twice is as once. */
  add(taker: TurnTaker): void {
    this.#ready.add(taker);
    this.#plan();
  }

  remove(taker: TurnTaker): void {
    this.#ready.delete(taker);
  }

  /** Does one piece of work when its turn comes; rejects with what it throws. */
  once(work: () => void): Promise<void> {
    return new Promise((resolve) => {
      this.add({
        takeTurn() {
          resolve(
            new Promise<void>((done) => {
              work();
              done();
            }),
          );
          return false;
        },
      });
    });
  }

  #plan(): void {
    if (this.#planned || this.#ready.size === 0) return;
    this.#planned = true;
    setImmediate(() => {
      this.#planned = false;
      this.#run();
    });
  }

  #run(): void {
    const until = performance.now() + sliceMs;
    // A set keeps the order of arrival, and one that is added again goes to its end.
    for (const taker of this.#ready) {
      this.#ready.delete(taker);
      if (taker.takeTurn()) this.#ready.add(taker);
      if (performance.now() >= until) break;
    }
    if (this.#ready.size === 0) this.#idle();
    this.#plan();
  }
}
