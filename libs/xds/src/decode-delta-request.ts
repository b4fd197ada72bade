import { fromBinary } from '@bufbuild/protobuf';
import { BinaryReader } from '@bufbuild/protobuf/wire';
import { DeltaDiscoveryRequestSchema, type DeltaDiscoveryRequest } from '@flotilla/envoy-api/envoy/service/discovery/v3/discovery_pb.js';

/** The tag of `resource_names_subscribe`: field 3, length-delimited. */
const subscribeTag = (3 << 3) | 2;

/**
 * Decodes a `DeltaDiscoveryRequest`. The names that it subscribes to, of which a proxy sends thousands, are read
 * directly; everything else is left to the library.
 *
 * @throws Error for what is no such message
 */
export function decodeDeltaRequest(bytes: Buffer): DeltaDiscoveryRequest {
  const reader = new BinaryReader(bytes);
  const names: string[] = [];
  const rest: Uint8Array[] = [];
  let copied = 0;
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [field, wireType] = reader.tag();
    if (((field << 3) | wireType) !== subscribeTag) {
      reader.skip(wireType, field);
      continue;
    }
    const length = reader.uint32();
    const end = reader.pos + length;
    if (end > bytes.length) throw new RangeError('a name goes on past the end of its request');
    names.push(bytes.toString('utf8', reader.pos, end));
    if (start > copied) rest.push(bytes.subarray(copied, start));
    reader.pos = copied = end;
  }
  if (names.length === 0) return fromBinary(DeltaDiscoveryRequestSchema, bytes);
  rest.push(bytes.subarray(copied));
  const request = fromBinary(DeltaDiscoveryRequestSchema, Buffer.concat(rest));
  request.resourceNamesSubscribe = names;
  return request;
}
