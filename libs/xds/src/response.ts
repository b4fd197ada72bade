import { anyFrame, type EncodedResource } from './encoded-resource.ts';
import { fieldSize, WireWriter } from './wire.ts';

/** What every response says of itself. */
export interface ResponseHead {
  readonly typeUrl: string;
  readonly version: string;
  readonly nonce: string;
}

// Both messages have these fields under the same numbers, in any order.
const versionField = 1;
const typeUrlField = 4;
const nonceField = 5;
const removedResourcesField = 6;

/** The bytes of a `DeltaDiscoveryResponse`, by copying the resources' frames behind a small head. */
export function deltaResponse(head: ResponseHead, upserts: readonly EncodedResource[], removals: readonly string[]): Buffer {
  const lengths = removals.map((name) => Buffer.byteLength(name));
  let size = headSize(head);
  for (const { deltaFrame } of upserts) size += deltaFrame.length;
  for (const length of lengths) size += fieldSize(length);
  const writer = startResponse(head, size);
  for (const { deltaFrame } of upserts) writer.raw(deltaFrame);
  removals.forEach((name, index) => writer.string(removedResourcesField, name, lengths[index] ?? 0));
  return writer.buffer;
}

/** The bytes of a `DiscoveryResponse`. */
export function sotwResponse(head: ResponseHead, resources: readonly EncodedResource[]): Buffer {
  let size = headSize(head);
  for (const { deltaFrame, anyOffset } of resources) size += deltaFrame.length - anyOffset;
  const writer = startResponse(head, size);
  for (const resource of resources) writer.raw(anyFrame(resource));
  return writer.buffer;
}

function headSize({ typeUrl, version, nonce }: ResponseHead): number {
  return fieldSize(version.length) + fieldSize(Buffer.byteLength(typeUrl)) + fieldSize(nonce.length);
}

function startResponse({ typeUrl, version, nonce }: ResponseHead, size: number): WireWriter {
  const writer = new WireWriter(size, true);
  writer.string(versionField, version, version.length);
  writer.string(typeUrlField, typeUrl, Buffer.byteLength(typeUrl));
  writer.string(nonceField, nonce, nonce.length);
  return writer;
}
