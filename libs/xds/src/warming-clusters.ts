/**
 * Clusters that were sent and whose endpoints the proxy waits for before it uses them. Envoy warms a changed cluster
 * with endpoints that are sent after it, though it may have asked for them long before. Endpoints are known by the name
 * of their cluster.
 */
export class WarmingClusters {
  readonly #names = new Set<string>();

  get any(): boolean {
    return this.#names.size > 0;
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  sent(name: string): void {
    this.#names.add(name);
  }

  /** The proxy has their endpoints, or the clusters are gone. */
  done(names: Iterable<string>): void {
    for (const name of names) this.#names.delete(name);
  }

  clear(): void {
    this.#names.clear();
  }
}
