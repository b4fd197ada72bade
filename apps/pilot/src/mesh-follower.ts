import { join } from 'node:path';
import type { Bus, ResourceChange } from '@flotilla/bus';
import { advanceInSteps, createSnapshot, gatewayNames, type MeshConfig, type NameAddresses, type Snapshot, type SnapshotDelta } from '@flotilla/mesh';
import { resourceKey, type MeshResource } from '@flotilla/resources';
import { Slices, type Clock, type Logger } from '@flotilla/runtime';
import { GatewayNames, type LookUp } from './gateway-names.ts';

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
  readonly clock: Clock;
  readonly logger: Logger;
  /** Finds gateways of networks that have a name instead of an address. */
  readonly lookUp: LookUp;
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
  const gathered = new Map<string, MeshResource | undefined>();
  let lookedUp: NameAddresses | undefined;
  const slices = new Slices(options.clock);
  let scheduled: NodeJS.Immediate | undefined;
  let working: Promise<void> | undefined;
  /** Something came while a step was under way. */
  let more = false;

  const schedule = (): void => {
    more = true;
    if (working !== undefined) return;
    scheduled ??= setImmediate(() => {
      scheduled = undefined;
      more = false;
      working = (synced ? step() : begin()).then(() => {
        working = undefined;
        if (more) schedule();
      });
    });
  };

  /** Takes in what has gathered, or some of it; a change of what holds for all of the mesh by slices. */
  const take = async (most: number): Promise<SnapshotDelta> => {
    const upserts: MeshResource[] = [];
    const removals: string[] = [];
    for (const [key, resource] of gathered.entries().take(most)) {
      gathered.delete(key);
      if (resource === undefined) removals.push(key);
      else upserts.push(resource);
    }
    const names = lookedUp === undefined ? {} : { names: lookedUp };
    lookedUp = undefined;
    const next = await slices.take(advanceInSteps(snapshot, { upserts, removals, ...names }));
    snapshot = next.snapshot;
    return next.delta;
  };

  const names = new GatewayNames({
    lookUp: options.lookUp,
    clock: options.clock,
    logger: options.logger,
    onChange: (addresses) => {
      lookedUp = addresses;
      schedule();
    },
  });

  /** The first complete state is taken in by slices, for nobody hears of it before it is complete. */
  const begin = async (): Promise<void> => {
    await take(slice);
    if (gathered.size > 0) schedule();
    if (gathered.size > 0 || unread.size > 0) return;
    // Nobody is to be sent past gateways only because these have not been looked up yet.
    await names.follow(gatewayNames(snapshot));
    if (lookedUp !== undefined) await take(slice);
    synced = true;
    options.onSynced(snapshot, seen);
  };

  const step = async (): Promise<void> => {
    const revision = seen;
    const delta = await take(Infinity);
    options.onStep({ snapshot, delta, revision });
    void names.follow(gatewayNames(snapshot));
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
      await Promise.all([names.stop(), ...watches.map((watch) => watch.stop())]);
      await working;
      clearImmediate(scheduled);
    },
  };
}
