import { ScalarType, type DescField, type DescMessage, type JsonObject, type JsonValue, type MessageInitShape } from '@bufbuild/protobuf';
import { scalarZeroValue } from '@bufbuild/protobuf/reflect';
import { Edition, FeatureSet_FieldPresence as FieldPresence, isWrapperDesc, StructSchema, ValueSchema } from '@bufbuild/protobuf/wkt';
import { BackwardWriter } from './backward-writer.ts';

type Values = Readonly<Record<string, unknown>>;
/** Writes a whole message, or one field of it, where that is set. */
type Write = (writer: BackwardWriter, message: Values) => void;
/** Writes one value. */
type WriteValue = (writer: BackwardWriter, value: unknown) => void;

/** How a value is framed behind its field's number. */
const wireTypes = { varint: 0, bit64: 1, delimited: 2, bit32: 5 } as const;

interface Scalar {
  readonly wireType: number;
  readonly write: WriteValue;
}

const writer = new BackwardWriter();
const writers = new WeakMap<DescMessage, Write>();

/**
 * Encodes a message of proto3, the same bytes as protobuf-es makes of it. That goes by reflection, and by way of message
 * objects that hold every field; here each type is compiled to functions once, and fields are taken as they are given.
 *
 * @param fields a message, or only some of its fields, as `create` of protobuf-es takes them
 * @param encoded further fields of the message, encoded already
 * @throws RangeError for a whole number that does not fit its field
 */
export function encode<D extends DescMessage>(schema: D, fields: MessageInitShape<D>, encoded?: Uint8Array): Uint8Array {
  write(schema, fields, encoded);
  return writer.take();
}

/** The same for the message of a resource, which is framed soon: its bytes lie among those of others, and keep these for as long as they are kept. */
export function encodeResource<D extends DescMessage>(schema: D, fields: MessageInitShape<D>, encoded?: Uint8Array): Uint8Array {
  write(schema, fields, encoded);
  return writer.cut();
}

function write<D extends DescMessage>(schema: D, fields: MessageInitShape<D>, encoded: Uint8Array | undefined): void {
  writer.clear();
  if (encoded !== undefined) writer.raw(encoded);
  writerOf(schema)(writer, fields);
}

function writerOf(desc: DescMessage): Write {
  let write = writers.get(desc);
  if (write === undefined) writers.set(desc, (write = compile(desc)));
  return write;
}

function compile(desc: DescMessage): Write {
  if (desc.file.edition !== Edition.EDITION_PROTO3) throw new TypeError(`${desc.typeName} is not a message of proto3`);
  const fields = desc.fields.toSorted((a, b) => b.number - a.number).map(fieldWriter);
  return (to, message) => {
    for (const write of fields) write(to, message);
  };
}

function fieldWriter(field: DescField): Write {
  const { localName, oneof, number } = field;
  if (field.fieldKind === 'list') return listWriter(field);
  if (field.fieldKind === 'map') return mapWriter(field);
  const write = tagged(number, singular(field));
  if (oneof !== undefined) {
    return (to, message) => {
      const chosen = message[oneof.localName] as { readonly case?: string; readonly value?: unknown } | undefined;
      if (chosen?.case === localName) write(to, chosen.value);
    };
  }
  const isUnset = unsetTest(field);
  return (to, message) => {
    const value = message[localName];
    if (!isUnset(value)) write(to, value);
  };
}

/** Tells values that go without saying: zeros do, except where a field keeps apart that it was set to one. */
function unsetTest(field: DescField & { fieldKind: 'scalar' | 'enum' | 'message' }): (value: unknown) => boolean {
  if (field.fieldKind === 'message' || field.presence !== FieldPresence.IMPLICIT) return (value) => value === undefined;
  const type = typeOf(field);
  if (type === ScalarType.BYTES) return (value) => value === undefined || (value as Uint8Array).length === 0;
  const zero = scalarZeroValue(type, false);
  // Negative zero is another.
  return (value) => value === undefined || Object.is(value, zero);
}

function listWriter(field: DescField & { fieldKind: 'list' }): Write {
  const { localName, number } = field;
  const item = singular(field);
  if (!field.packed) {
    const write = tagged(number, item);
    return (to, message) => {
      const items = message[localName] as readonly unknown[] | undefined;
      if (items !== undefined) for (let at = items.length - 1; at >= 0; at -= 1) write(to, items[at]);
    };
  }
  const write = tagged(number, {
    wireType: wireTypes.delimited,
    write: (to, items) => {
      for (const value of (items as readonly unknown[]).toReversed()) item.write(to, value);
    },
  });
  return (to, message) => {
    const items = message[localName] as readonly unknown[] | undefined;
    if (items !== undefined && items.length > 0) write(to, items);
  };
}

function mapWriter(field: DescField & { fieldKind: 'map' }): Write {
  if (field.mapKey !== ScalarType.STRING) throw new TypeError(`${field.toString()} has keys that are no text`);
  const { localName } = field;
  const key = tagged(1, text);
  const value = tagged(2, singular(field));
  const entry = tagged(field.number, {
    wireType: wireTypes.delimited,
    write: (to, pair) => {
      const [name, content] = pair as [string, unknown];
      value(to, content);
      key(to, name);
    },
  });
  return (to, message) => {
    const entries = message[localName] as Values | undefined;
    if (entries !== undefined) for (const pair of Object.entries(entries).reverse()) entry(to, pair);
  };
}

/** How one value of a field is written; an item of a list, or a value of a map. */
function singular(field: DescField): Scalar {
  const { message } = field;
  if (message === undefined) return scalar(typeOf(field));
  if (isWrapperDesc(message) && field.fieldKind === 'message' && field.oneof === undefined) return nested(message, (value) => ({ value }));
  if (message.typeName === StructSchema.typeName && field.parent.typeName !== ValueSchema.typeName) return nested(message, (value) => structFields(value as JsonObject));
  return nested(message, (value) => value as Values);
}

function typeOf(field: DescField): ScalarType {
  return field.scalar ?? ScalarType.INT32;
}

/** @param fieldsOf what the message is written from */
function nested(desc: DescMessage, fieldsOf: (value: unknown) => Values): Scalar {
  let write: Write | undefined;
  return {
    wireType: wireTypes.delimited,
    // Types may contain themselves, and few of all that are reachable are ever used: compiled when first met.
    write: (to, value) => (write ??= writerOf(desc))(to, fieldsOf(value)),
  };
}

/** Writes a value behind its field's tag, and behind its length where the wire type wants one. */
function tagged(number: number, { wireType, write }: Scalar): WriteValue {
  const tag = (number << 3) | wireType;
  if (wireType === wireTypes.delimited) {
    return (to, value) => {
      const before = to.size;
      write(to, value);
      to.frame(tag, to.size - before);
    };
  }
  return (to, value) => {
    write(to, value);
    to.varint(tag);
  };
}

const text: Scalar = { wireType: wireTypes.delimited, write: (to, value) => to.text(value as string) };

function scalar(type: ScalarType): Scalar {
  switch (type) {
    case ScalarType.STRING:
      return text;
    case ScalarType.BYTES:
      return { wireType: wireTypes.delimited, write: (to, value) => to.raw(value as Uint8Array) };
    case ScalarType.BOOL:
      return { wireType: wireTypes.varint, write: (to, value) => to.varint(value === true ? 1 : 0) };
    case ScalarType.UINT32:
      return { wireType: wireTypes.varint, write: (to, value) => to.varint(whole(value as number, 0, 0xffff_ffff)) };
    case ScalarType.INT32:
      return { wireType: wireTypes.varint, write: (to, value) => signed(to, whole(value as number, -0x8000_0000, 0x7fff_ffff)) };
    case ScalarType.INT64:
    case ScalarType.UINT64:
      return { wireType: wireTypes.varint, write: (to, value) => to.varint64(value as bigint) };
    case ScalarType.DOUBLE:
      return { wireType: wireTypes.bit64, write: (to, value) => to.double(value as number) };
    case ScalarType.FLOAT:
      return { wireType: wireTypes.bit32, write: (to, value) => to.float(value as number) };
    default:
      throw new TypeError(`no message that is encoded here has a field of type ${ScalarType[type]}`);
  }
}

function whole(value: number, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least || value > most) throw new RangeError(`${value} is not a whole number from ${least} to ${most}`);
  return value;
}

function signed(to: BackwardWriter, value: number): void {
  if (value < 0) to.varint64(BigInt(value));
  else to.varint(value);
}

/** JSON, which stands for a `Struct` in fields of that type. */
function structFields(json: JsonObject): Values {
  return { fields: Object.fromEntries(Object.entries(json).map(([name, value]) => [name, { kind: jsonKind(value) }])) };
}

function jsonKind(value: JsonValue): { readonly case: string; readonly value: unknown } {
  if (value === null) return { case: 'nullValue', value: 0 };
  if (Array.isArray(value)) return { case: 'listValue', value: { values: value.map((item) => ({ kind: jsonKind(item) })) } };
  switch (typeof value) {
    case 'string':
      return { case: 'stringValue', value };
    case 'number':
      return { case: 'numberValue', value };
    case 'boolean':
      return { case: 'boolValue', value };
    default:
      return { case: 'structValue', value: structFields(value) };
  }
}
