/** Protobuf's wire types; groups are none of proto3's. */
const wire = { varint: 0, fixed64: 1, lengthDelimited: 2, fixed32: 5 };

/**
 * Goes forward over the fields of an encoded message, and reads no more of it than tags and lengths: what is not asked for
 * is stepped over.
 */
export class FieldScan {
  readonly #bytes: Buffer;
  readonly #end: number;
  #at: number;
  /** Where the value of the field before {@link #at} begins. */
  #start: number;
  /** The number of the field that it is at. */
  number = 0;

  /** @param bytes the message is between `start` and `end` in them */
  constructor(bytes: Buffer, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = this.#start = start;
    this.#end = end;
  }

  /**
   * Steps to the next field; false when there is none left.
   * @throws RangeError for a message that ends in the middle of a field, or has a field of another wire type
   */
  next(): boolean {
    if (this.#at === this.#end) return false;
    const tag = this.#varint();
    this.number = tag >>> 3;
    this.#start = this.#at;
    const wireType = tag & 7;
    if (wireType === wire.varint) this.#varint();
    else if (wireType === wire.lengthDelimited) {
      const length = this.#varint();
      this.#start = this.#at;
      this.#at += length;
    } else if (wireType === wire.fixed64) this.#at += 8;
    else if (wireType === wire.fixed32) this.#at += 4;
    else throw new RangeError(`no field of a message is of wire type ${wireType}`);
    if (this.#at > this.#end) throw new RangeError('a message ends in the middle of a field');
    return true;
  }

  /** The value of this field as it is on the wire; without its length, if it has one. */
  bytes(): Buffer {
    return this.#bytes.subarray(this.#start, this.#at);
  }

  text(): string {
    return this.#bytes.toString('utf8', this.#start, this.#at);
  }

  /** The fields of the message that this field holds. */
  inside(): FieldScan {
    return new FieldScan(this.#bytes, this.#start, this.#at);
  }

  /** The low 31 bits of a varint: enough for tags and lengths. */
  #varint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.#bytes[this.#at++] ?? 0;
      if (shift < 31) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value & 0x7fff_ffff;
    }
  }
}

/** The values of all fields of a message that a path of field numbers leads to, in their order on the wire. */
export function valuesAt(message: Buffer, path: readonly number[]): Buffer[] {
  const values: Buffer[] = [];
  collect(new FieldScan(message), path, values);
  return values;
}

function collect(fields: FieldScan, [number, ...path]: readonly number[], values: Buffer[]): void {
  while (fields.next()) {
    if (fields.number !== number) continue;
    if (path.length === 0) values.push(fields.bytes());
    else collect(fields.inside(), path, values);
  }
}
