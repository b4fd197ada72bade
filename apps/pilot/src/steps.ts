import type { MeshRevision } from './mesh-follower.ts';

/** How many steps back can be told apart. */
const kept = 10_000;

/**
 * Pilot's own count of what it took in: two stores with a revision each become one line of steps, by which the
 * acknowledgements of proxies are kept.
 */
export class Steps {
  readonly #revisions: MeshRevision[] = [];
  #dropped = 0;

  /** The number of the newest step; 0 before the first. */
  get current(): number {
    return this.#dropped + this.#revisions.length;
  }

  /** Counts one more step, after which the stores have been read up to `revision`; gives its number. */
  add(revision: MeshRevision): number {
    this.#revisions.push(revision);
    if (this.#revisions.length > 2 * kept) this.#dropped += this.#revisions.splice(0, kept).length;
    return this.current;
  }

  /** Up to where the stores had been read at a step; of steps long ago, the oldest that is still known. */
  revisionAt(step: number): MeshRevision {
    return this.#revisions[Math.max(0, step - this.#dropped - 1)] ?? { config: 0, endpoints: 0 };
  }

  /** The first step at which both stores had been read as far as `wanted`; undefined when that is still to come. */
  reaching(wanted: MeshRevision): number | undefined {
    let low = 0;
    let high = this.#revisions.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const at = this.#revisions[middle];
      if (at !== undefined && at.config >= wanted.config && at.endpoints >= wanted.endpoints) high = middle;
      else low = middle + 1;
    }
    return low === this.#revisions.length ? undefined : this.#dropped + low + 1;
  }
}
