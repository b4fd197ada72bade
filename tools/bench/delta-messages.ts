import { create, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { NodeSchema, type Node } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import { FieldScan, valuesAt } from './field-scan.ts';

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

/** One name of `resource_names_subscribe` (field 3), encoded: it is sent by every proxy of the fleet. Shorter than 16 kB. */
export function subscription(name: string): Uint8Array {
  const length = Buffer.byteLength(name);
  const head = length < 128 ? [0x1a, length] : [0x1a, (length & 127) | 128, length >> 7];
  const field = Buffer.allocUnsafe(head.length + length);
  field.set(head);
  field.write(name, head.length);
  return field;
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

/** The type of an encoded request. The fleet writes it before all that is long. */
export function requestedType(request: Buffer): string {
  const fields = new FieldScan(request);
  while (fields.next()) if (fields.number === 2) return fields.text();
  return '';
}

/** The namespace of the proxy that sends a stream's first request, which is in the id of its node: `sidecar~ip~name.ns~ns.svc...`. */
export function requestingNamespace(request: Buffer): string {
  const [id] = valuesAt(request, [1, 1]);
  return /~([^~.]+)[^~]*$/.exec(id?.toString() ?? '')?.[1] ?? '';
}

/** One resource of a response. */
export interface SentResource {
  readonly name: string;
  readonly version: string;
  /** As it is encoded, without the `Any` around it. */
  readonly message: Buffer;
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
export function readResponse(bytes: Buffer, wants: (typeUrl: string) => boolean): DeltaResponse {
  const resources: SentResource[] = [];
  const removed: string[] = [];
  let [typeUrl, nonce, wanted] = ['', '', false];
  for (const fields = new FieldScan(bytes); fields.next(); ) {
    if (fields.number === 4) {
      typeUrl = fields.text();
      wanted = wants(typeUrl);
    } else if (fields.number === 5) nonce = fields.text();
    else if (fields.number === 6 && wanted) removed.push(fields.text());
    else if (fields.number === 2 && wanted) resources.push(readResource(fields.inside()));
  }
  return { typeUrl, nonce, resources, removed };
}

const nothing: Buffer = Buffer.alloc(0);

/** `Resource { version = 1, resource = 2 (Any { value = 2 }), name = 3 }`. */
function readResource(fields: FieldScan): SentResource {
  let [name, version, message] = ['', '', nothing];
  while (fields.next()) {
    if (fields.number === 1) version = fields.text();
    else if (fields.number === 3) name = fields.text();
    else if (fields.number === 2) for (const any = fields.inside(); any.next(); ) if (any.number === 2) message = any.bytes();
  }
  return { name, version, message };
}
