import { parseResourceKey, resourceKey, type MeshResource, type WorkloadEntry } from '@flotilla/resources';
import type { Workload } from './workload.ts';

/** Who is behind an address, and since when it is gone if it is. */
interface Resident {
  readonly key: string;
  readonly workload: Workload;
  goneAt: number | undefined;
}

/** Kubernetes' and Istio's name for what a workload belongs to, where that is not the resource's own name. */
const workloadNameLabel = 'service.istio.io/workload-name';

/**
 * Workloads by address. One that is gone is still found for a while, unless another took its address:
 * what it did last is still to be logged and judged.
 */
export class WorkloadDirectory {
  readonly #residents = new Map<string, Resident>();
  readonly #addresses = new Map<string, string>();
  readonly #gone = new Map<string, Resident>();
  readonly #now: () => number;
  readonly #keepGoneMs: number;

  constructor(options: { readonly now: () => number; readonly keepGoneMs: number }) {
    this.#now = options.now;
    this.#keepGoneMs = options.keepGoneMs;
  }

  /** The workload at an IP address. */
  at(address: string): Workload | undefined {
    return this.#residents.get(address)?.workload;
  }

  /** Takes in what changed; resources that are no workloads are passed over. */
  apply(change: { readonly upserts: readonly MeshResource[]; readonly removals: readonly string[] }): void {
    for (const key of change.removals) if (parseResourceKey(key).kind === 'WorkloadEntry') this.#leave(key);
    for (const resource of change.upserts) if (resource.kind === 'WorkloadEntry') this.#settle(resource);
    this.#forget();
  }

  #settle(entry: WorkloadEntry): void {
    const key = resourceKey(entry);
    const { address } = entry.spec;
    if (this.#addresses.get(key) !== address) this.#leave(key);
    if (address === undefined || address === '') return;
    this.#addresses.set(key, address);
    this.#residents.set(address, { key, workload: workloadOf(entry), goneAt: undefined });
    this.#gone.delete(address);
  }

  #leave(key: string): void {
    const address = this.#addresses.get(key);
    if (address === undefined) return;
    this.#addresses.delete(key);
    const resident = this.#residents.get(address);
    if (resident?.key !== key) return;
    resident.goneAt = this.#now();
    this.#gone.set(address, resident);
  }

  /** Those gone come in the order they went. */
  #forget(): void {
    const before = this.#now() - this.#keepGoneMs;
    for (const [address, { goneAt }] of this.#gone) {
      if (goneAt === undefined || goneAt > before) return;
      this.#gone.delete(address);
      this.#residents.delete(address);
    }
  }
}

function workloadOf({ metadata, spec }: WorkloadEntry): Workload {
  const labels = { ...metadata.labels, ...spec.labels };
  return {
    name: labels[workloadNameLabel] ?? metadata.name,
    namespace: metadata.namespace,
    labels,
    serviceAccount: spec.serviceAccount,
  };
}
