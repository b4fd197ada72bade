import { join } from 'node:path';
import type { Bus, ResourceChange } from '@flotilla/bus';
import { advance, createSnapshot, type MeshConfig, type Snapshot, type SnapshotDelta } from '@flotilla/mesh';
import { resourceKey, type MeshResource } from '@flotilla/resources';
import type { Logger } from '@flotilla/runtime';

/** Up to where each of the two stores has been taken in. */
export interface MeshRevision {
  readonly config: number;
  readonly endpoints: number;
}

/** One step of the mesh: what is now, and everything that differs from before. */
export interface MeshStep {
  readonly snapshot: Snapshot;
  readonly delta: SnapshotDelta;
  readonly revision: MeshRevision;
}

/** The mesh as the bus tells it. */
export interface MeshFollower {
  stop(): Promise<void>;
}

export interface FollowOptions {
  /** Where the last state is kept: while NATS is away at the start, what was served before is served again. */
  readonly cacheDir: string;
  readonly logger: Logger;
  /** Both stores have been read to their end. */
  onSynced(snapshot: Snapshot, revision: MeshRevision): void;
  /** A step after that. */
  onStep(step: MeshStep): void;
}

const stores = ['config', 'endpoints'] as const;

/** How many resources of the first complete state are taken in at one go: some 10 ms of work, twice that in cold code. */
const slice = 250;

/**
 * Follows both stores of the bus. Changes that arrive while a step is under way gather, and are taken
 * together in the next turn of the event loop: a burst costs one step, a single change does not wait.
 */
export function followMesh(bus: Bus, config: MeshConfig, options: FollowOptions): MeshFollower {
  let snapshot = createSnapshot(config);
  let seen: MeshRevision = { config: 0, endpoints: 0 };
  const unread = new Set<keyof MeshRevision>(stores);
  let synced = false;
  let gathered = new Map<string, MeshResource | undefined>();
  let scheduled: NodeJS.Immediate | undefined;

  const schedule = (): void => {
    scheduled ??= setImmediate(() => {
      scheduled = undefined;
      if (synced) step();
      else begin();
    });
  };

  const take = (changes: Iterable<readonly [string, MeshResource | undefined]>): SnapshotDelta => {
    const upserts: MeshResource[] = [];
    const removals: string[] = [];
    for (const [key, resource] of changes) {
      if (resource === undefined) removals.push(key);
      else upserts.push(resource);
    }
    const next = advance(snapshot, { upserts, removals });
    snapshot = next.snapshot;
    return next.delta;
  };

  /** The first complete state is taken in by slices, for nobody hears of it before it is complete. */
  const begin = (): void => {
    const some = [...gathered.entries().take(slice)];
    for (const [key] of some) gathered.delete(key);
    take(some);
    if (gathered.size > 0) schedule();
    else if (unread.size === 0) {
      synced = true;
      options.onSynced(snapshot, seen);
    }
  };

  const step = (): void => {
    const changes = gathered;
    gathered = new Map();
    const delta = take(changes);
    options.onStep({ snapshot, delta, revision: seen });
  };

  const gather = (store: keyof MeshRevision, change: ResourceChange): void => {
    for (const key of change.removals) gathered.set(key, undefined);
    for (const resource of change.upserts) gathered.set(resourceKey(resource), resource);
    seen = { ...seen, [store]: change.revision };
    schedule();
  };

  const finish = (store: keyof MeshRevision, upTo: number): void => {
    options.logger.info({ store, revision: upTo }, 'read to its end');
    seen = { ...seen, [store]: upTo };
    unread.delete(store);
    schedule();
  };

  const watches = stores.map((store) =>
    bus.store(store).watch({
      cacheFile: join(options.cacheDir, `${store}.json`),
      onChange: (change) => gather(store, change),
      onSynced: (upTo) => finish(store, upTo),
    }),
  );
  return {
    async stop() {
      clearImmediate(scheduled);
      await Promise.all(watches.map((watch) => watch.stop()));
    },
  };
}
