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

/**
 * Follows both stores of the bus. Changes that arrive while a step is under way gather, and are taken
 * together in the next turn of the event loop: a burst costs one step, a single change does not wait.
 */
export function followMesh(bus: Bus, config: MeshConfig, options: FollowOptions): MeshFollower {
  let snapshot = createSnapshot(config);
  let revision: MeshRevision = { config: 0, endpoints: 0 };
  let seen = revision;
  const unread = new Set<keyof MeshRevision>(stores);
  let gathered = new Map<string, MeshResource | undefined>();
  let scheduled: NodeJS.Immediate | undefined;

  const step = (): void => {
    scheduled = undefined;
    const changes = [...gathered];
    gathered = new Map();
    revision = seen;
    const next = advance(snapshot, {
      upserts: changes.flatMap(([, resource]) => resource ?? []),
      removals: changes.flatMap(([key, resource]) => (resource === undefined ? [key] : [])),
    });
    snapshot = next.snapshot;
    if (unread.size === 0) options.onStep({ snapshot, delta: next.delta, revision });
  };

  const gather = (store: keyof MeshRevision, change: ResourceChange): void => {
    for (const key of change.removals) gathered.set(key, undefined);
    for (const resource of change.upserts) gathered.set(resourceKey(resource), resource);
    seen = { ...seen, [store]: change.revision };
    scheduled ??= setImmediate(step);
  };

  const finish = (store: keyof MeshRevision, upTo: number): void => {
    options.logger.info({ store, revision: upTo }, 'read to its end');
    seen = { ...seen, [store]: upTo };
    if (unread.size === 1 && unread.has(store)) {
      // The first complete state is one step that nobody hears of: nothing is served before it.
      clearImmediate(scheduled);
      step();
      unread.delete(store);
      options.onSynced(snapshot, revision);
    } else unread.delete(store);
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
