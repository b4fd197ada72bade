import { create, fromBinary, toBinary, type DescMessage, type MessageInitShape, type MessageShape } from '@bufbuild/protobuf';
import { SpreadBytes } from './spread-bytes.ts';

/** A message to send: a message, what it is made from, or its bytes, which are sent as they are. */
export type Outgoing<Schema extends DescMessage> = MessageShape<Schema> | MessageInitShape<Schema> | Uint8Array;

/** The bytes of a message; bytes are given back unchanged. */
export function encode<Schema extends DescMessage>(schema: Schema, message: Outgoing<Schema>): Uint8Array {
  return message instanceof Uint8Array ? message : toBinary(schema, create(schema, message as MessageInitShape<Schema>));
}

/** As {@link encode}, for the answers of a server, which may lie in pieces. */
export function encodeAnswer<Schema extends DescMessage>(schema: Schema, message: Outgoing<Schema> | SpreadBytes): Uint8Array | SpreadBytes {
  return message instanceof SpreadBytes ? message : encode(schema, message);
}

/** Everything is encoded before it is given to grpc-js, which only wants a Buffer: a view, no copy. */
export function passBytes(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** What grpc-js is to make of the bytes it received. */
export function decoder<Schema extends DescMessage>(schema: Schema): (bytes: Buffer) => MessageShape<Schema> {
  return (bytes) => fromBinary(schema, bytes);
}
