import { SparseMap } from './sparse-map.ts';

/** How many clusters are named of those that are overdue: enough to see what is the matter. */
const named = 10;

/**
 * Clusters that were sent and whose endpoints the proxy waits for before it uses them. Envoy warms a changed cluster
 * with endpoints that are sent after it, though it may have asked for them long before. Endpoints are known by the name
 * of their cluster.
 */
export class WarmingClusters {
  /** Those that a push waits for: by name, whether their endpoints were sent after them. */
  readonly #awaited = new SparseMap<string, boolean>();
  /** Those that a push has gone on without. */
  readonly #overdue = new SparseMap<string, true>();

  get any(): boolean {
    return this.awaited || this.#overdue.size > 0;
  }

  /** Whether a push waits for some of them. */
  get awaited(): boolean {
    return this.#awaited.size > 0;
  }

  /** Some of those that a push has gone on without and that warm still, the first ten. */
  get overdue(): readonly string[] {
    return [...this.#overdue.keys()].slice(0, named);
  }

  has(name: string): boolean {
    return this.#awaited.has(name) || this.#overdue.has(name);
  }

  sent(name: string): void {
    this.#overdue.delete(name);
    this.#awaited.set(name, false);
  }

  /** Their endpoints are sent. @returns whether some of them were awaited, and not sent yet */
  given(names: readonly string[]): boolean {
    let first = false;
    for (const name of names) {
      if (!this.#awaited.has(name)) continue;
      first ||= this.#awaited.get(name) === false;
      this.#awaited.set(name, true);
    }
    return first;
  }

  /** The proxy has their endpoints, or the clusters are gone. */
  done(names: Iterable<string>): void {
    for (const name of names) {
      this.#awaited.delete(name);
      this.#overdue.delete(name);
    }
  }

  /** The push goes on without them. */
  giveUp(): void {
    for (const name of this.#awaited.keys()) this.#overdue.set(name, true);
    this.#awaited.clear();
  }

  /** No push waits for any of them. */
  clear(): void {
    this.#awaited.clear();
  }
}
