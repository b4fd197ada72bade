import type { Readable } from 'node:stream';

/**
 * What a client sends on a stream, read as fast as it is asked for, by one reader. Ends, without an error, when the client
 * is done or gone. Node's own iterator is a generator in a generator, which takes 3 kB for as long as a stream is open.
 */
export class Requests<Message> implements AsyncIterableIterator<Message> {
  readonly #stream: Readable;
  /** Of the request that is being waited for. */
  #resolve: ((result: IteratorResult<Message, undefined>) => void) | undefined;

  constructor(stream: Readable) {
    this.#stream = stream;
    const wake = (): void => this.#wake();
    stream.on('readable', wake).on('end', wake).on('close', wake);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Message, undefined>> {
    const result = this.#result();
    return result === undefined ? new Promise((resolve) => (this.#resolve = resolve)) : Promise.resolve(result);
  }

  #wake(): void {
    const resolve = this.#resolve;
    const result = resolve === undefined ? undefined : this.#result();
    if (resolve === undefined || result === undefined) return;
    this.#resolve = undefined;
    resolve(result);
  }

  /** What there is at this moment; undefined when there may be more later. */
  #result(): IteratorResult<Message, undefined> | undefined {
    const message = this.#stream.destroyed ? null : (this.#stream.read() as Message | null);
    if (message !== null) return { done: false, value: message };
    return this.#stream.readableEnded || this.#stream.destroyed ? { done: true, value: undefined } : undefined;
  }
}
