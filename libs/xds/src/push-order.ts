/** The parts of a push, in the order in which they may be sent; `free` ones at any time. */
export type PushPart = 'clusters' | 'routes' | 'removals' | 'free';

/** What {@link PushOrder} puts in order: one stream's queues. */
export interface PushParts<Response> {
  /** Whether something is queued that has a place in the order. */
  wanted(): boolean;
  /** The next response of a part; undefined when there is none. */
  send(part: PushPart): Response | undefined;
  /** Whether the proxy answered all that was sent of a stage, and was given what it needs to use it. */
  settled(stage: 'clusters' | 'routes'): boolean;
  /** Nothing waits for the answers of a stage any longer. */
  giveUp(stage: 'clusters' | 'routes'): void;
  /** A push begins: what changes from now on belongs to the next one. */
  begin(): void;
  /** The push is over: what changed meanwhile is queued. */
  end(): void;
}

/**
 * Make before break: new and changed clusters go first, with their endpoints; listeners and routes when those have been
 * answered; clusters that went away when nothing can refer to them any longer. What a stage waits for is bounded by a
 * deadline. A change of endpoints alone passes by all of this.
 */
export class PushOrder<Response> {
  readonly #parts: PushParts<Response>;
  readonly #deadlineMs: number;
  #phase: 'idle' | Exclude<PushPart, 'free'> = 'idle';
  #until = 0;

  constructor(parts: PushParts<Response>, deadlineMs: number) {
    this.#parts = parts;
    this.#deadlineMs = deadlineMs;
  }

  /** When {@link next} has to be asked again, if nothing else happens; undefined when nothing is waited for. */
  get deadline(): number | undefined {
    return this.#phase === 'idle' ? undefined : this.#until;
  }

  /** The next response to send; undefined until something happens, or the deadline. */
  next(now: number): Response | undefined {
    for (;;) {
      if (this.#phase === 'idle' && this.#parts.wanted()) {
        this.#parts.begin();
        this.#enter('clusters', now);
      }
      const response = this.#send(now);
      if (response !== undefined || this.#phase === 'idle') return response;
      if (!this.#advance(now)) return undefined;
    }
  }

  /** Counts the time that the proxy has to answer from `now`: something that a phase waits for goes out only now. */
  waitAnew(now: number): void {
    if (this.#phase !== 'idle') this.#until = now + this.#deadlineMs;
  }

  #send(now: number): Response | undefined {
    const phase = this.#phase;
    const response = (phase === 'clusters' ? this.#sendOf(phase, now) : undefined) ?? this.#parts.send('free');
    return response ?? (phase === 'routes' || phase === 'removals' ? this.#sendOf(phase, now) : undefined);
  }

  /** The time to answer is counted from the last response of a phase. */
  #sendOf(phase: PushPart, now: number): Response | undefined {
    const response = this.#parts.send(phase);
    if (response !== undefined) this.#until = now + this.#deadlineMs;
    return response;
  }

  /** Goes on to the next phase, if this one is done or has waited long enough. */
  #advance(now: number): boolean {
    if (this.#phase === 'removals') {
      this.#phase = 'idle';
      this.#parts.end();
      return true;
    }
    const stage = this.#phase === 'clusters' ? 'clusters' : 'routes';
    if (!this.#parts.settled(stage)) {
      if (now < this.#until) return false;
      this.#parts.giveUp(stage);
    }
    this.#enter(stage === 'clusters' ? 'routes' : 'removals', now);
    return true;
  }

  #enter(phase: Exclude<PushPart, 'free'>, now: number): void {
    this.#phase = phase;
    this.#until = now + this.#deadlineMs;
  }
}
