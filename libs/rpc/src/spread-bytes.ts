/** An encoded message that lies in pieces, such as parts that many messages share: written one after another, never joined. */
export class SpreadBytes {
  readonly parts: readonly Uint8Array[];
  readonly byteLength: number;

  constructor(parts: readonly Uint8Array[]) {
    this.parts = parts;
    this.byteLength = parts.reduce((sum, { length }) => sum + length, 0);
  }

  /** The message in one piece. */
  joined(): Uint8Array {
    return Buffer.concat(this.parts, this.byteLength);
  }
}
