import { SparseMap } from './sparse-map.ts';

/**
 * Clusters that were sent and whose endpoints the proxy waits for before it uses them. Envoy warms a changed cluster
 * with endpoints that are sent after it, though it may have asked for them long before. Endpoints are known by the name
 * of their cluster.
 */
export class WarmingClusters {
  /** By name, whether their endpoints were sent after them. */
  readonly #names = new SparseMap<string, boolean>();

  get any(): boolean {
    return this.#names.size > 0;
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  sent(name: string): void {
    this.#names.set(name, false);
  }

  /** Their endpoints are sent. @returns whether some of them were not yet */
  given(names: readonly string[]): boolean {
    let first = false;
    for (const name of names) {
      first ||= this.#names.get(name) === false;
      this.#names.set(name, true);
    }
    return first;
  }

  /** The proxy has their endpoints, or the clusters are gone. */
  done(names: Iterable<string>): void {
    for (const name of names) this.#names.delete(name);
  }

  clear(): void {
    this.#names.clear();
  }
}
