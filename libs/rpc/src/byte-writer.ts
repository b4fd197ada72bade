import type { Writable } from 'node:stream';

/** Unsent bytes on one stream past which its writer is asked to wait. */
const highWaterBytes = 256 * 1024;

/** One direction of a stream, with back pressure by bytes. */
export interface MessageWriter<Message> {
  /**
   * Sends a message, in order. Does nothing once the stream is over.
   *
   * @returns false when more should wait for {@link onDrain}: the other side does not keep up
   */
  write(message: Message): boolean;
  /** Has `listener` called each time what was written is on its way, after a `write` that returned false. */
  onDrain(listener: () => void): void;
}

/**
 * Writes bytes to a grpc-js stream. Its own back pressure counts messages, sixteen of them, however large:
 * one slow peer could hold many megabytes.
 */
export class ByteWriter implements MessageWriter<Uint8Array> {
  readonly #stream: Writable;
  readonly #drained: (() => void)[] = [];
  #unsent = 0;
  #full = false;

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  write(bytes: Uint8Array): boolean {
    if (this.#stream.destroyed || this.#stream.writableEnded) return false;
    this.#unsent += bytes.length;
    this.#full ||= this.#unsent >= highWaterBytes;
    this.#stream.write(bytes, (error) => {
      this.#unsent -= bytes.length;
      if ((error === null || error === undefined) && this.#full && this.#unsent === 0) {
        this.#full = false;
        for (const listener of this.#drained) listener();
      }
    });
    return !this.#full;
  }

  onDrain(listener: () => void): void {
    this.#drained.push(listener);
  }
}
