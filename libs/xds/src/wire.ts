/** The few protobuf wire forms that xDS responses are put together from. */

/** Bytes of a varint of `value`, which is a length or a tag: below 2^31. */
export function varintSize(value: number): number {
  let size = 1;
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) size += 1;
  return size;
}

/** Bytes of a length-delimited field with a one-byte tag (field numbers up to 15) and `length` bytes in it. */
export function fieldSize(length: number): number {
  return 1 + varintSize(length) + length;
}

/** Writes fields one after another into a buffer whose size was worked out before. */
export class WireWriter {
  readonly buffer: Buffer;
  position = 0;

  constructor(buffer: Buffer) {
    this.buffer = buffer;
  }

  /** The tag and length of a length-delimited field, whose `length` bytes follow. */
  open(field: number, length: number): void {
    this.buffer[this.position++] = (field << 3) | 2;
    let rest = length;
    while (rest > 127) {
      this.buffer[this.position++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.buffer[this.position++] = rest;
  }

  /** A string field; `length` is its size in UTF-8. */
  string(field: number, value: string, length: number): void {
    this.open(field, length);
    this.buffer.write(value, this.position, length, 'utf8');
    this.position += length;
  }

  /** Bytes that are complete fields already. */
  raw(bytes: Uint8Array): void {
    this.buffer.set(bytes, this.position);
    this.position += bytes.length;
  }
}
