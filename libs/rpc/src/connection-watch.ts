import type { Clock } from '@flotilla/runtime';
import type { Http2Session } from 'node:http2';
import { http2StreamOf } from './http2-stream.ts';

/** How often a connection is asked for a sign of life, and how long that may take, in milliseconds. */
export interface Keepalive {
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

/**
 * Ends connections whose other side is gone. Node does not always notice that of a TLS connection, not while a write is
 * under way that can never end, and grpc-js's own keepalive does not end all of these: the streams of a proxy that was
 * killed at the wrong moment would stay open for ever.
 */
export class ConnectionWatch {
  readonly #watched = new WeakSet<Http2Session>();
  readonly #clock: Clock;
  readonly #keepalive: Keepalive;

  constructor(clock: Clock, keepalive: Keepalive) {
    this.#clock = clock;
    this.#keepalive = keepalive;
  }

  /** Watches the connection that a grpc-js call came over, from its first call on. */
  watch(call: object): void {
    const { session } = http2StreamOf(call);
    if (session === undefined || this.#watched.has(session)) return;
    this.#watched.add(session);
    let cancel = this.#clock.after(this.#keepalive.intervalMs, () => ask());
    const ask = (): void => {
      cancel = this.#clock.after(this.#keepalive.timeoutMs, () => session.destroy());
      const sent = !session.destroyed && session.ping(() => {
        cancel();
        if (!session.destroyed) cancel = this.#clock.after(this.#keepalive.intervalMs, ask);
      });
      if (!sent) session.destroy();
    };
    session.once('close', () => cancel());
  }
}
