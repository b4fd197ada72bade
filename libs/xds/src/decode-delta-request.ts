import { fromBinary } from '@bufbuild/protobuf';
import { BinaryReader } from '@bufbuild/protobuf/wire';
import { DeltaDiscoveryRequestSchema, type DeltaDiscoveryRequest } from '@flotilla/envoy-api/envoy/service/discovery/v3/discovery_pb.js';
import type { NameLists } from './name-lists.ts';

/** The tag of `resource_names_subscribe`: field 3, length-delimited. */
const subscribeTag = (3 << 3) | 2;

/**
 * Decodes a `DeltaDiscoveryRequest`. The names that it subscribes to, of which a proxy sends thousands in a row, are read
 * by `lists`; everything else is left to the library.
 *
 * @throws Error for what is no such message
 */
export function decodeDeltaRequest(bytes: Buffer, lists: NameLists): DeltaDiscoveryRequest {
  const reader = new BinaryReader(bytes);
  const names: Buffer[] = [];
  const rest: Buffer[] = [];
  // The row of names, or of other fields, that the reader is in.
  let row = rest;
  let begun = 0;
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [field, wireType] = reader.tag();
    const isName = ((field << 3) | wireType) === subscribeTag;
    if (isName !== (row === names)) {
      row.push(bytes.subarray(begun, start));
      row = isName ? names : rest;
      begun = start;
    }
    if (isName) {
      const length = reader.uint32();
      reader.pos += length;
    } else reader.skip(wireType, field);
  }
  if (reader.pos > bytes.length) throw new RangeError('a name goes on past the end of its request');
  row.push(bytes.subarray(begun));
  const request = fromBinary(DeltaDiscoveryRequestSchema, joined(rest));
  request.resourceNamesSubscribe = lists.read(joined(names));
  return request;
}

function joined(rows: readonly Buffer[]): Buffer {
  const [only, ...others] = rows;
  return only !== undefined && others.length === 0 ? only : Buffer.concat(rows);
}
