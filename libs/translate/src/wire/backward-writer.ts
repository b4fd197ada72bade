/** Longer texts are left to Node, which needs a while to be asked. */
const shortText = 128;

const slabBytes = 16 * 1024;

/**
 * Writes a protobuf message from its end to its beginning. What is nested is written before its length, so that
 * nothing has to be measured, moved or held apart.
 */
export class BackwardWriter {
  #buffer = Buffer.allocUnsafeSlow(slabBytes);
  /** Where what was written ends; what is behind that was given away. */
  #end = this.#buffer.length;
  /** Where it begins. */
  #start = this.#end;

  /** How much has been written. */
  get size(): number {
    return this.#end - this.#start;
  }

  /** What was written, as bytes of its own; the writer is empty then. */
  take(): Uint8Array {
    const bytes = new Uint8Array(this.size);
    bytes.set(this.#written());
    this.clear();
    return bytes;
  }

  /** What was written, where it is: for what does not live long, for it keeps all that was written around it. The writer is empty then. */
  cut(): Uint8Array {
    const bytes = this.#written();
    this.#end = this.#start;
    return bytes;
  }

  clear(): void {
    this.#start = this.#end;
  }

  #written(): Uint8Array {
    return new Uint8Array(this.#buffer.buffer, this.#start, this.size);
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

  /** A tag and the length of what was written last. */
  frame(tag: number, length: number): void {
    if (tag < 0x80 && length < 0x80) {
      const at = this.#reserve(2);
      this.#buffer[at] = tag;
      this.#buffer[at + 1] = length;
    } else {
      this.varint(length);
      this.varint(tag);
    }
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
    if (this.#start < size) this.#grow(size);
    this.#start -= size;
    return this.#start;
  }

  /** Goes on in another buffer, with room for `size` bytes more. */
  #grow(size: number): void {
    const written = this.#written();
    const next = Buffer.allocUnsafeSlow(Math.max(slabBytes, (written.length + size) * 2));
    this.#buffer = next;
    this.#end = next.length;
    this.#start = next.length - written.length;
    next.set(written, this.#start);
  }
}
