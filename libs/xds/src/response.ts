import { SpreadBytes } from '@flotilla/rpc';
import { anyFrame, type EncodedResource } from './encoded-resource.ts';
import { SharedRuns } from './shared-runs.ts';
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

/**
 * Makes the bytes of responses: a small head of their own, and the resources' frames, which lie once in memory for all
 * streams that are sent the same.
 */
export class Responses {
  readonly #deltaRuns = new SharedRuns(({ deltaFrame }) => deltaFrame);
  readonly #sotwRuns = new SharedRuns(anyFrame);

  /** The bytes of a `DeltaDiscoveryResponse`. */
  delta(head: ResponseHead, upserts: readonly EncodedResource[], removals: readonly string[]): SpreadBytes {
    return new SpreadBytes([headFrame(head), this.#deltaRuns.joined(upserts), removalsFrame(removals)]);
  }

  /** The bytes of a `DiscoveryResponse`. */
  sotw(head: ResponseHead, resources: readonly EncodedResource[]): SpreadBytes {
    return new SpreadBytes([headFrame(head), this.#sotwRuns.joined(resources)]);
  }

  /** Keeps nothing any longer of what was sent. */
  clear(): void {
    this.#deltaRuns.clear();
    this.#sotwRuns.clear();
  }
}

function headFrame({ typeUrl, version, nonce }: ResponseHead): Uint8Array {
  const writer = new WireWriter(Buffer.allocUnsafe(fieldSize(version.length) + fieldSize(Buffer.byteLength(typeUrl)) + fieldSize(nonce.length)));
  writer.string(versionField, version, version.length);
  writer.string(typeUrlField, typeUrl, Buffer.byteLength(typeUrl));
  writer.string(nonceField, nonce, nonce.length);
  return writer.buffer;
}

function removalsFrame(names: readonly string[]): Uint8Array {
  const lengths = names.map((name) => Buffer.byteLength(name));
  const writer = new WireWriter(Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + fieldSize(length), 0)));
  names.forEach((name, index) => writer.string(removedResourcesField, name, lengths[index] ?? 0));
  return writer.buffer;
}
