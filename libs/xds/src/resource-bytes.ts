import { fromBinary } from '@bufbuild/protobuf';
import { BinaryReader } from '@bufbuild/protobuf/wire';
import { AnySchema } from '@bufbuild/protobuf/wkt';
import { anyFrame, type EncodedResource } from './encoded-resource.ts';

/** The encoded message itself, taken out of the frame it is kept in: for showing, not for sending. */
export function resourceBytes(resource: EncodedResource): Uint8Array {
  const reader = new BinaryReader(anyFrame(resource));
  reader.tag();
  return fromBinary(AnySchema, reader.bytes()).value;
}
