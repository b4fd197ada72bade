import type { EncodedResource } from './encoded-resource.ts';

interface Run {
  readonly resources: readonly EncodedResource[];
  readonly bytes: Uint8Array;
}

/** Bytes of runs that are kept. */
const keptBytes = 32 * 1024 * 1024;

/**
 * Runs of resources in one piece. Proxies of a scope are sent the same resources in the same order at nearly the same
 * time: the first one's run is put together, and the others' responses refer to those bytes. Only identical runs are
 * shared, so that it does not matter what else is different between two streams.
 */
export class SharedRuns {
  readonly #frameOf: (resource: EncodedResource) => Uint8Array;
  /** By their first resource, the ones used last at the end. */
  readonly #runs = new Map<EncodedResource, Run[]>();
  #bytes = 0;

  /** @param frameOf the bytes of a resource in a response */
  constructor(frameOf: (resource: EncodedResource) => Uint8Array) {
    this.#frameOf = frameOf;
  }

  /** The frames of the resources one after another. */
  joined(resources: readonly EncodedResource[]): Uint8Array {
    const [first] = resources;
    if (first === undefined) return nothing;
    if (resources.length === 1) return this.#frameOf(first);
    const known = this.#runs.get(first) ?? [];
    let run = known.find((each) => sameResources(each.resources, resources));
    if (run === undefined) {
      run = { resources, bytes: Buffer.concat(resources.map(this.#frameOf)) };
      known.push(run);
      this.#bytes += run.bytes.length;
    }
    this.#runs.delete(first);
    this.#runs.set(first, known);
    this.#dropOldest();
    return run.bytes;
  }

  /** Forgets all: what is being sent stays with those who send it. */
  clear(): void {
    this.#runs.clear();
    this.#bytes = 0;
  }

  #dropOldest(): void {
    for (const [first, runs] of this.#runs) {
      if (this.#bytes <= keptBytes) return;
      this.#runs.delete(first);
      for (const { bytes } of runs) this.#bytes -= bytes.length;
    }
  }
}

const nothing = new Uint8Array();

function sameResources(a: readonly EncodedResource[], b: readonly EncodedResource[]): boolean {
  return a.length === b.length && a.every((resource, at) => resource === b[at]);
}
