import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FieldScan, valuesAt } from './field-scan.ts';

type Field = { readonly number: number } & ({ readonly varint: bigint } | { readonly double: number } | { readonly float: number } | { readonly bytes: Uint8Array });

const number = fc.integer({ min: 1, max: 2 ** 28 - 1 });
const anyField: fc.Arbitrary<Field> = fc.oneof(
  fc.record({ number, varint: fc.oneof(fc.bigInt({ min: 0n, max: 300n }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })) }),
  fc.record({ number, double: fc.double() }),
  fc.record({ number, float: fc.float() }),
  fc.record({ number, bytes: fc.uint8Array({ maxLength: 300, size: 'max' }) }),
);

function encoded(fields: readonly Field[]): Buffer {
  const writer = new BinaryWriter();
  for (const field of fields) {
    if ('varint' in field) writer.tag(field.number, WireType.Varint).uint64(field.varint);
    else if ('double' in field) writer.tag(field.number, WireType.Bit64).double(field.double);
    else if ('float' in field) writer.tag(field.number, WireType.Bit32).float(field.float);
    else writer.tag(field.number, WireType.LengthDelimited).bytes(field.bytes);
  }
  return Buffer.from(writer.finish());
}

it('comes by every field of a message, whatever kind they are of', () => {
  fc.assert(
    fc.property(fc.array(anyField), (fields) => {
      const seen: number[] = [];
      const blocks: Buffer[] = [];
      const scan = new FieldScan(encoded(fields));
      while (scan.next()) {
        const field = fields[seen.push(scan.number) - 1];
        if (field !== undefined && 'bytes' in field) blocks.push(scan.bytes());
      }
      expect(seen).toEqual(fields.map((field) => field.number));
      expect(blocks).toEqual(fields.flatMap((field) => ('bytes' in field ? [Buffer.from(field.bytes)] : [])));
    }),
  );
});

it('finds what a path leads to in all the messages on it', () => {
  const inner = (...texts: string[]): Uint8Array => encoded(texts.map((text) => ({ number: 7, bytes: Buffer.from(text) })));
  const message = encoded([{ number: 2, bytes: inner('a', 'b') }, { number: 3, bytes: inner('other') }, { number: 2, bytes: inner() }, { number: 2, bytes: inner('c') }]);
  expect(valuesAt(message, [2, 7]).map(String)).toEqual(['a', 'b', 'c']);
});

it('does not read past the end of a message', () => {
  const message = encoded([{ number: 1, bytes: Buffer.from('text') }]);
  for (let length = 1; length < message.length; length += 1) expect(() => valuesAt(message.subarray(0, length), [1])).toThrow(RangeError);
});
