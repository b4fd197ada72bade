import type { MeshResource } from '@flotilla/resources';

/** What one commit, or several that came together, made of the state. */
export interface ResourceChange {
  /** Created or changed; `metadata.resourceVersion` is the revision of the entry. */
  readonly upserts: readonly MeshResource[];
  /** Keys `Kind/namespace/name` of what is gone. */
  readonly removals: readonly string[];
  /** The state is complete up to this revision. */
  readonly revision: number;
}

export interface WatchOptions {
  /** Called in order, never with half a commit. */
  readonly onChange: (change: ResourceChange) => void;
  /** Called once, when the state has first been read completely (after its `onChange`). */
  readonly onSynced: (revision: number) => void;
  /** Where to keep the last state, to start from it while NATS is away, or has a bucket that nothing was ever written to. */
  readonly cacheFile?: string;
}

export interface Watch {
  readonly synced: boolean;
  /** The state is complete up to this revision. */
  readonly revision: number;
  /** Ends the watch and writes the cache file a last time. */
  stop(): Promise<void>;
}

/** A bucket of resources with one monotonic revision. */
export interface ResourceStore {
  /**
   * Makes all of it one revision, or none of it, and resolves to that revision. Rejects
   * STORE_UNAVAILABLE where NATS is away (the outcome of a commit cut off under way is unknown;
   * a watch tells), FORBIDDEN where this user may not write, PAYLOAD_TOO_LARGE beyond the server's limits.
   *
   * @param removals keys `Kind/namespace/name`
   */
  commit(upserts: readonly MeshResource[], removals: readonly string[]): Promise<number>;
  /** Replays the current state as one change, then every change; for ever, whatever happens to NATS. */
  watch(options: WatchOptions): Watch;
}
