/** Longer texts are left to Node, which needs a while to be asked. */
const shortText = 128;

/**
 * Writes a protobuf message from its end to its beginning. What is nested is written before its length, so that
 * nothing has to be measured, moved or held apart.
 */
export class BackwardWriter {
  #buffer = Buffer.allocUnsafeSlow(64 * 1024);
  /** Where what was written begins. */
  #start = this.#buffer.length;

  /** How much has been written. */
  get size(): number {
    return this.#buffer.length - this.#start;
  }

  /** What was written, as bytes of its own; the writer is empty then. */
  take(): Uint8Array {
    const bytes = new Uint8Array(this.size);
    bytes.set(this.#buffer.subarray(this.#start));
    this.clear();
    return bytes;
  }

  clear(): void {
    this.#start = this.#buffer.length;
  }

  /** @param value a whole number from 0 to 2^32 - 1 */
  varint(value: number): void {
    const size = value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : value < 0x1000_0000 ? 4 : 5;
    let at = this.#reserve(size);
    let rest = value;
    for (let left = size; left > 1; left -= 1) {
      this.#buffer[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#buffer[at] = rest;
  }

  /** @param value any number that fits into 64 bits, with a sign or without */
  varint64(value: bigint): void {
    if (value >= 0n && value <= 0xffff_ffffn) {
      this.varint(Number(value));
      return;
    }
    const digits: number[] = [];
    for (let rest = BigInt.asUintN(64, value); ; rest >>= 7n) {
      const digit = Number(rest & 0x7fn);
      if (rest < 0x80n) {
        digits.push(digit);
        break;
      }
      digits.push(digit | 0x80);
    }
    this.raw(digits);
  }

  double(value: number): void {
    const at = this.#reserve(8);
    this.#buffer.writeDoubleLE(value, at);
  }

  float(value: number): void {
    const at = this.#reserve(4);
    this.#buffer.writeFloatLE(value, at);
  }

  /** Bytes as they are. */
  raw(bytes: ArrayLike<number>): void {
    const at = this.#reserve(bytes.length);
    this.#buffer.set(bytes, at);
  }

  /** A text in UTF-8, without its length. */
  text(value: string): void {
    if (value.length > shortText || !this.#ascii(value)) {
      const length = Buffer.byteLength(value);
      const at = this.#reserve(length);
      this.#buffer.write(value, at, length, 'utf8');
    }
  }

  /** @returns whether there was nothing but ASCII in the text; it is not written otherwise */
  #ascii(value: string): boolean {
    const at = this.#reserve(value.length);
    for (let index = 0; index < value.length; index += 1) {
      const code = value.charCodeAt(index);
      if (code > 0x7f) {
        this.#start += value.length;
        return false;
      }
      this.#buffer[at + index] = code;
    }
    return true;
  }

  /** @returns where the next `size` bytes go; the buffer may be another afterwards */
  #reserve(size: number): number {
    while (this.#start < size) this.#grow();
    this.#start -= size;
    return this.#start;
  }

  #grow(): void {
    const larger = Buffer.allocUnsafeSlow(this.#buffer.length * 2);
    const start = larger.length - this.size;
    larger.set(this.#buffer.subarray(this.#start), start);
    this.#buffer = larger;
    this.#start = start;
  }
}
