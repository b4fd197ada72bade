/** What the application was asked, as it saw it. */
export interface Asked {
  /** `HTTP/1.1`, `HTTP/2.0`, `websocket`, `grpc`, `tcp` or `tls`. */
  readonly protocol: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What it shall answer; all that is left out is as for an application that is well. */
export interface ScriptedAnswer {
  /** HTTP status, 200 by default. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** By default JSON: its name, and what it was asked. */
  readonly body?: string;
  readonly trailers?: Readonly<Record<string, string>>;
  /** How long it thinks first, in milliseconds. */
  readonly delayMs?: number;
  /** Status of gRPC, 0 by default. */
  readonly grpcStatus?: number;
  /** Gives no answer: breaks the connection, or, in HTTP/2, refuses the stream. */
  readonly instead?: 'reset' | 'refuse';
}

/** Answers one after the other, the last of them for ever, and notes of what was asked. */
export class Script {
  #answers: readonly ScriptedAnswer[] = [];
  #asked: Asked[] = [];

  /** From now on gives `answers`, and forgets what was asked before. */
  set(answers: readonly ScriptedAnswer[]): void {
    this.#answers = answers;
    this.#asked = [];
  }

  /** What was asked since, in order. */
  get asked(): readonly Asked[] {
    return this.#asked;
  }

  /** Notes `asked`, and tells its answer. */
  next(asked: Asked): ScriptedAnswer {
    this.#asked.push(asked);
    return this.#answers[Math.min(this.#asked.length, this.#answers.length) - 1] ?? {};
  }
}
