import { hash } from 'node:crypto';
import { fieldSize, WireWriter } from './wire.ts';

/** One resource as it is given to Envoy, before it is put on the wire. */
export interface XdsResource {
  readonly typeUrl: string;
  readonly name: string;
  /** The encoded message itself, without `Any` around it. */
  readonly bytes: Uint8Array;
}

/** The name of a resource of a type. */
export interface XdsResourceName {
  readonly typeUrl: string;
  readonly name: string;
}

/**
 * A resource framed for the wire, once for all streams of both protocols. The bytes are held once: a delta response
 * repeats `resources` (field 2) of `Resource { name, version, resource (field 2, Any) }`, and a state-of-the-world
 * one `resources` (field 2, Any), which is exactly the tail of the former.
 */
export interface EncodedResource extends XdsResourceName {
  /** Twelve characters that follow from the bytes alone: equal on every replica of the control plane. */
  readonly version: string;
  /** A complete `DeltaDiscoveryResponse.resources` field. */
  readonly deltaFrame: Uint8Array;
  /** Where in `deltaFrame` the complete `DiscoveryResponse.resources` field begins. */
  readonly anyOffset: number;
}

const known = new WeakMap<XdsResource, EncodedResource>();

/**
 * Frames a resource. The same object gives the same result, so that scopes which share a resource share its frame;
 * `bytes` must not be changed afterwards, and are not kept.
 */
export function encodeResource(resource: XdsResource): EncodedResource {
  const before = known.get(resource);
  if (before !== undefined) return before;
  const encoded = frame(resource);
  known.set(resource, encoded);
  return encoded;
}

/** A complete `DiscoveryResponse.resources` field. */
export function anyFrame(resource: EncodedResource): Uint8Array {
  return resource.deltaFrame.subarray(resource.anyOffset);
}

function frame({ typeUrl, name, bytes }: XdsResource): EncodedResource {
  // Short enough for V8 to copy it: a longer slice would keep the whole digest alive.
  const version = hash('sha1', bytes, 'base64url').slice(0, 12);
  const typeLength = Buffer.byteLength(typeUrl);
  const nameLength = Buffer.byteLength(name);
  const any = fieldSize(typeLength) + fieldSize(bytes.length);
  const body = fieldSize(nameLength) + fieldSize(version.length) + fieldSize(any);
  const writer = new WireWriter(fieldSize(body));
  writer.open(2, body);
  writer.string(3, name, nameLength);
  writer.string(1, version, version.length);
  const anyOffset = writer.position;
  writer.open(2, any);
  writer.string(1, typeUrl, typeLength);
  writer.open(2, bytes.length);
  writer.raw(bytes);
  return { typeUrl, name, version, deltaFrame: writer.buffer, anyOffset };
}

