import { Metadata, type ServerDuplexStream, type ServerWritableStream } from '@grpc/grpc-js';
import type { ServerHttp2Stream } from 'node:http2';
import type { MessageWriter } from './byte-writer.ts';
import { http2StreamOf } from './http2-stream.ts';
import { SpreadBytes } from './spread-bytes.ts';

/** How many bytes of one stream are with its connection at a time. */
const windowBytes = 64 * 1024;

/**
 * Writes the answers of a server's stream as gRPC frames (PROTOCOL-HTTP2, Length-Prefixed-Message), past grpc-js, which
 * would copy each message into a frame of its own for each stream. Bytes that a thousand streams are sent exist once;
 * what a connection copies, to encrypt it, is bounded by a window, however large the message is.
 */
export class FrameWriter implements MessageWriter<Uint8Array | SpreadBytes> {
  readonly #stream: ServerHttp2Stream;
  readonly #call: ServerWritableStream<unknown, Uint8Array> | ServerDuplexStream<unknown, Uint8Array>;
  #drained: readonly (() => void)[] = [];
  #waiting: Uint8Array[] = [];
  #unsent = 0;
  #full = false;

  constructor(call: ServerWritableStream<unknown, Uint8Array> | ServerDuplexStream<unknown, Uint8Array>) {
    this.#stream = http2StreamOf(call);
    this.#call = call;
  }

  write(message: Uint8Array | SpreadBytes): boolean {
    if (this.#over) return false;
    // Once only is seen to by grpc-js.
    this.#call.sendMetadata(noMetadata);
    this.#waiting.push(prefix(message.byteLength), ...(message instanceof SpreadBytes ? message.parts : [message]));
    this.#pump(windowBytes);
    this.#full ||= this.#unsent >= windowBytes;
    return !this.#full;
  }

  onDrain(listener: () => void): void {
    this.#drained = [...this.#drained, listener];
  }

  /** Gives all that waits to the connection at once: the call is about to end. */
  flush(): void {
    if (!this.#over) this.#pump(Infinity);
  }

  get #over(): boolean {
    return this.#stream.destroyed || this.#stream.writableEnded;
  }

  #pump(window: number): void {
    const parts = this.#waiting;
    let next = 0;
    this.#stream.cork();
    while (next < parts.length && this.#unsent < window) {
      const part = parts[next] ?? empty;
      const piece = part.subarray(0, window - this.#unsent);
      if (piece.length < part.length) parts[next] = part.subarray(piece.length);
      else next += 1;
      if (piece.length > 0) this.#send(piece);
    }
    this.#waiting = next === 0 ? parts : parts.slice(next);
    this.#stream.uncork();
  }

  #send(piece: Uint8Array): void {
    this.#unsent += piece.length;
    this.#stream.write(piece, (error) => {
      this.#unsent -= piece.length;
      if (this.#unsent > 0 || (error !== null && error !== undefined) || this.#over) return;
      if (this.#waiting.length > 0) this.#pump(windowBytes);
      else if (this.#full) {
        this.#full = false;
        for (const listener of this.#drained) listener();
      }
    });
  }
}

const empty = new Uint8Array();
const noMetadata = new Metadata();

/** Not compressed, and how many bytes follow. */
function prefix(length: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(5);
  bytes.writeUInt8(0, 0);
  bytes.writeUInt32BE(length, 1);
  return bytes;
}
