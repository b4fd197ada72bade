/** Something that has responses to send, one at a time. */
export interface Sender {
  /** Sends the next response. @returns whether there may be more to send at once */
  sendNext(): boolean;
}

/** How long the event loop is held at a time, in milliseconds. */
const sliceMs = 8;

/**
 * Lets all streams that have something to send take turns, a response each, and gives way to everything else every few
 * milliseconds: a change for a thousand proxies neither blocks the process nor serves one before the others.
 */
export class SendSchedule {
  readonly #ready = new Set<Sender>();
  readonly #idle: () => void;
  #planned = false;

  /** @param idle told each time that nobody has anything more to send */
  constructor(idle: () => void) {
    this.#idle = idle;
  }

  /** Gives `sender` a turn, and further ones for as long as it has more; being asked for twice is as once. */
  add(sender: Sender): void {
    this.#ready.add(sender);
    this.#plan();
  }

  remove(sender: Sender): void {
    this.#ready.delete(sender);
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
    for (const sender of this.#ready) {
      this.#ready.delete(sender);
      if (sender.sendNext()) this.#ready.add(sender);
      if (performance.now() >= until) break;
    }
    if (this.#ready.size === 0) this.#idle();
    this.#plan();
  }
}
