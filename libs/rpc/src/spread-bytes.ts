/**
 * An encoded message that lies in pieces, such as parts that many messages share. It is put together only in the frame
 * that goes on the wire, so its bytes are copied once, and no second buffer of its size is made.
 */
export class SpreadBytes {
  readonly #parts: readonly Uint8Array[];
  readonly byteLength: number;

  constructor(parts: readonly Uint8Array[]) {
    this.#parts = parts;
    this.byteLength = parts.reduce((sum, { length }) => sum + length, 0);
  }

  /** Writes all of it into `target`, from `start` on. */
  copy(target: Uint8Array, start: number): void {
    let position = start;
    for (const part of this.#parts) {
      target.set(part, position);
      position += part.length;
    }
  }

  /** The message in one piece. */
  joined(): Uint8Array {
    const bytes = new Uint8Array(this.byteLength);
    this.copy(bytes, 0);
    return bytes;
  }
}
