import { hash } from 'node:crypto';
import { fieldSize, WireWriter } from './wire.ts';

/** One resource as it is given to Envoy, before it is put on the wire. */
export interface XdsResource {
  readonly typeUrl: string;
  readonly name: string;
  /** The encoded message itself, without `Any` around it. */
  bytes: Uint8Array;
  /** Made of it by {@link encodeResources}; one with other bytes is that of an object it was copied from. */
  framed?: EncodedResource;
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
  /** The encoded message itself, where it is in `deltaFrame`. */
  readonly bytes: Uint8Array;
  /** Where in `deltaFrame` the complete `DiscoveryResponse.resources` field begins. */
  readonly anyOffset: number;
}

/** Frames that are made together lie together, up to this many bytes: fewer buffers, each with its own overhead. */
const slabBytes = 64 * 1024;

/**
 * Frames resources. The same object gives the same result, so that scopes which share a resource share its frame. Its
 * `bytes` must not be changed afterwards; they become a view of the frame, for to hold them twice would be a waste.
 */
export function encodeResources(resources: readonly XdsResource[]): readonly EncodedResource[] {
  const measured = new Map<XdsResource, Measured>();
  let size = 0;
  const flush = (): void => {
    if (size === 0) return;
    const writer = new WireWriter(Buffer.allocUnsafeSlow(size));
    for (const [resource, each] of measured) resource.framed = frame(resource, each, writer);
    measured.clear();
    size = 0;
  };
  for (const resource of resources) {
    if (frameOf(resource) !== undefined || measured.has(resource)) continue;
    const each = measure(resource);
    if (size + each.size > slabBytes) flush();
    measured.set(resource, each);
    size += each.size;
  }
  flush();
  return resources.flatMap(({ framed }) => framed ?? []);
}

function frameOf({ framed, bytes }: XdsResource): EncodedResource | undefined {
  return framed?.bytes === bytes ? framed : undefined;
}

/** A complete `DiscoveryResponse.resources` field. */
export function anyFrame(resource: EncodedResource): Uint8Array {
  return resource.deltaFrame.subarray(resource.anyOffset);
}

interface Measured {
  readonly typeLength: number;
  readonly nameLength: number;
  readonly any: number;
  readonly body: number;
  readonly size: number;
}

const versionLength = 12;

function measure({ typeUrl, name, bytes }: XdsResource): Measured {
  const typeLength = Buffer.byteLength(typeUrl);
  const nameLength = Buffer.byteLength(name);
  const any = fieldSize(typeLength) + fieldSize(bytes.length);
  const body = fieldSize(nameLength) + fieldSize(versionLength) + fieldSize(any);
  return { typeLength, nameLength, any, body, size: fieldSize(body) };
}

function frame(resource: XdsResource, { typeLength, nameLength, any, body }: Measured, writer: WireWriter): EncodedResource {
  const { typeUrl, name, bytes } = resource;
  // Short enough for V8 to copy it: a longer slice would keep the whole digest alive.
  const version = hash('sha1', bytes, 'base64url').slice(0, versionLength);
  const start = writer.position;
  writer.open(2, body);
  writer.string(3, name, nameLength);
  writer.string(1, version, versionLength);
  const anyOffset = writer.position - start;
  writer.open(2, any);
  writer.string(1, typeUrl, typeLength);
  writer.open(2, bytes.length);
  writer.raw(bytes);
  const deltaFrame = writer.buffer.subarray(start, writer.position);
  resource.bytes = deltaFrame.subarray(deltaFrame.length - bytes.length);
  return { typeUrl, name, version, deltaFrame, anyOffset, bytes: resource.bytes };
}
