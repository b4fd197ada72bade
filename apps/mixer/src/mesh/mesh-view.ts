import { join } from 'node:path';
import type { Bus, ResourceChange } from '@flotilla/bus';
import { advance, createSnapshot, denyListsByAge, type MeshConfig, type Snapshot } from '@flotilla/mesh';
import type { DenyList } from '@flotilla/resources';
import type { Clock, Logger } from '@flotilla/runtime';
import type { Directory } from './directory.ts';
import { snapshotDirectory } from './snapshot-directory.ts';
import { WorkloadDirectory } from './workload-directory.ts';

/** The mesh as Mixer needs to know it, kept up to date by the bus. */
export interface MeshView {
  readonly directory: Directory;
  /** The oldest first: the first that refuses a request is named as the one that did. */
  readonly denyLists: readonly DenyList[];
  /** Resolves once both stores have been read to their end. */
  readonly synced: Promise<unknown>;
  /** The stores that have not been read yet. */
  readonly unread: readonly string[];
  stop(): Promise<void>;
}

export interface MeshViewOptions {
  /** Where the last state is kept, for a start while NATS is away. */
  readonly cacheDir: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called after every change of the deny lists. */
  readonly onDenyLists: (lists: readonly DenyList[]) => void;
}

const stores = ['config', 'endpoints'] as const;
/** Access logs come in a second or so after the fact, connections may drain for longer. */
const keepGoneMs = 10 * 60_000;

/** Follows both stores of the bus. */
export function viewMesh(bus: Bus, config: MeshConfig, { cacheDir, clock, logger, onDenyLists }: MeshViewOptions): MeshView {
  const workloads = new WorkloadDirectory({ now: () => clock.now(), keepGoneMs });
  const unread = new Set<string>(stores);
  let snapshot: Snapshot = createSnapshot(config);
  const { promise: synced, resolve: markSynced } = Promise.withResolvers<undefined>();
  const denyLists = (): DenyList[] => denyListsByAge(snapshot);

  const take = (change: ResourceChange): void => {
    workloads.apply(change);
    const step = advance(snapshot, change);
    snapshot = step.snapshot;
    if (step.delta.denyLists.size > 0) onDenyLists(denyLists());
  };
  const watches = stores.map((store) =>
    bus.store(store).watch({
      cacheFile: join(cacheDir, `${store}.json`),
      onChange: take,
      onSynced(revision) {
        logger.info({ store, revision }, 'read to its end');
        unread.delete(store);
        if (unread.size === 0) markSynced(undefined);
      },
    }),
  );
  return {
    directory: snapshotDirectory(() => snapshot, workloads),
    get denyLists() {
      return denyLists();
    },
    synced,
    get unread() {
      return [...unread];
    },
    async stop() {
      await Promise.all(watches.map((watch) => watch.stop()));
    },
  };
}
