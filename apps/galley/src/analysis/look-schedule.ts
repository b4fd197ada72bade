/** The mesh is looked at when nothing has changed for this long, in milliseconds: most changes come with others. */
const pauseMs = 1_000;

/** No change waits for longer than this, however many follow it. */
const longestMs = 10_000;

/** Nor do changes of endpoints, or pods, alone, which come and go all the time and of which few rules ask. */
const longestOfEndpointsMs = 30_000;

/** After each look, this many times as long as it took nothing is looked at: a tenth of the time goes into looks at most. */
const restFactor = 9;

/** The same where somebody asks: half of the time at most. */
const restFactorAsked = 1;

/** When the mesh is to be looked at. All times are in milliseconds since the Unix epoch. */
export class LookSchedule {
  #first: number | undefined;
  #last = 0;
  #firstOfEndpoints: number | undefined;
  #ended = 0;
  #tookMs = 0;

  /** Something changed: endpoints or pods alone, or more. */
  changed(now: number, onlyEndpoints: boolean): void {
    if (onlyEndpoints) {
      this.#firstOfEndpoints ??= now;
      return;
    }
    this.#first ??= now;
    this.#last = now;
  }

  /** A look has all that changed so far. */
  taken(): void {
    this.#first = undefined;
    this.#firstOfEndpoints = undefined;
  }

  /** A look is over. */
  ended(begun: number, now: number): void {
    this.#ended = now;
    this.#tookMs = now - begun;
  }

  /**
   * When the next look is due; undefined while nothing has changed.
   *
   * @param asked somebody waits for it: there is no pause then, but still a rest
   */
  next(asked: boolean): number | undefined {
    const rules = this.#first === undefined ? Infinity : Math.min(this.#last + pauseMs, this.#first + longestMs);
    const endpoints = (this.#firstOfEndpoints ?? Infinity) + longestOfEndpointsMs;
    const due = Math.min(rules, endpoints);
    if (due === Infinity) return undefined;
    return asked ? this.#ended + restFactorAsked * this.#tookMs : Math.max(due, this.#ended + restFactor * this.#tookMs);
  }
}
