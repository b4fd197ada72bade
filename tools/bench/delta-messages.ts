import { create, toBinary } from '@bufbuild/protobuf';
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { NodeSchema, type Node } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';

/** A `DeltaDiscoveryRequest`, as far as the fleet makes use of it. */
export interface DeltaRequest {
  readonly typeUrl: string;
  readonly node?: Node;
  readonly nonce?: string;
  /** Names to subscribe to, each a {@link subscription} that is encoded already. */
  readonly subscribe?: readonly Uint8Array[];
  /** What the proxy has already: versions by name. */
  readonly held?: ReadonlyMap<string, string>;
}

/** One name of `resource_names_subscribe`, encoded: it is sent by every proxy of the fleet. */
export function subscription(name: string): Uint8Array {
  return new BinaryWriter().tag(3, WireType.LengthDelimited).string(name).finish();
}

/** Encodes a request without reflection: a fleet names a million resources. */
export function encodeRequest({ typeUrl, node, nonce, subscribe = [], held }: DeltaRequest): Buffer {
  const writer = new BinaryWriter();
  if (node !== undefined) writer.tag(1, WireType.LengthDelimited).bytes(toBinary(NodeSchema, create(NodeSchema, node)));
  writer.tag(2, WireType.LengthDelimited).string(typeUrl);
  for (const [name, version] of held ?? []) {
    writer.tag(5, WireType.LengthDelimited).fork();
    writer.tag(1, WireType.LengthDelimited).string(name).tag(2, WireType.LengthDelimited).string(version).join();
  }
  if (nonce !== undefined) writer.tag(6, WireType.LengthDelimited).string(nonce);
  return Buffer.concat([writer.finish(), ...subscribe]);
}

/** One resource of a response. */
export interface SentResource {
  readonly name: string;
  readonly version: string;
  /** The encoded `Any` around it. */
  readonly any: Uint8Array;
}

/** A `DeltaDiscoveryResponse`, with only those resources in it that were asked for. */
export interface DeltaResponse {
  readonly typeUrl: string;
  readonly nonce: string;
  readonly resources: readonly SentResource[];
  readonly removed: readonly string[];
}

/**
 * Reads a response, and no more of it than it has to. Servers send the type before the resources, so those of types that
 * `wants` says no to are passed over unread.
 */
export function readResponse(bytes: Uint8Array, wants: (typeUrl: string) => boolean): DeltaResponse {
  const resources: SentResource[] = [];
  const removed: string[] = [];
  let [typeUrl, nonce, wanted] = ['', '', false];
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 4) {
      typeUrl = reader.string();
      wanted = wants(typeUrl);
    } else if (field === 5) nonce = reader.string();
    else if (field === 6 && wanted) removed.push(reader.string());
    else if (field === 2 && wanted) resources.push(readResource(reader.bytes()));
    else reader.skip(wireType, field);
  }
  return { typeUrl, nonce, resources, removed };
}

/** `Resource { version = 1, resource = 2, name = 3 }`. */
function readResource(bytes: Uint8Array): SentResource {
  let [name, version] = ['', ''];
  let any: Uint8Array = new Uint8Array();
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1) version = reader.string();
    else if (field === 2) any = reader.bytes();
    else if (field === 3) name = reader.string();
    else reader.skip(wireType, field);
  }
  return { name, version, any };
}

/** The last value of a length-delimited field of an encoded message; undefined when it has none. */
export function fieldOf(message: Uint8Array, wanted: number): Uint8Array | undefined {
  let value: Uint8Array | undefined;
  const reader = new BinaryReader(message);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === wanted && wireType === WireType.LengthDelimited) value = reader.bytes();
    else reader.skip(wireType, field);
  }
  return value;
}
