import { join } from 'node:path';
import { bucketNames, ensureBuckets, type BucketName, type Bus, type ResourceChange, type ResourceStore } from '@flotilla/bus';
import { messageOf } from '@flotilla/errors';
import { backoff, delay, type App } from '@flotilla/runtime';
import type { MeshState } from './state/mesh-state.ts';
import type { Writer } from './write/writer.ts';

export interface StoreOptions {
  readonly bus: Pick<Bus, 'connection' | 'connected' | 'onState'> & { store(bucket: BucketName): Pick<ResourceStore, 'watch'> };
  readonly state: Pick<MeshState, 'apply' | 'markSynced' | 'unread'>;
  readonly writer: Pick<Writer, 'refill' | 'storesReady'>;
  readonly dataDir: string;
  /** How many servers of a NATS cluster keep each store. */
  readonly replicas: number;
  readonly app: Pick<App, 'logger' | 'clock' | 'signal' | 'onStop'>;
  /** Both stores have been read to their end. */
  readonly onSynced: () => void;
  readonly onChange: (bucket: BucketName, change: ResourceChange) => void;
  /** NATS can be reached again, and its stores are there. */
  readonly onReturn: () => void;
}

/**
 * Keeps the state by the stores, and the stores themselves: makes them where they are missing, and fills again
 * those that NATS lost, or that were left for other servers.
 */
export function followStores({ bus, state, writer, dataDir, replicas, app, onSynced, onChange, onReturn }: StoreOptions): void {
  const { logger, clock, signal } = app;

  const read = { config: Promise.withResolvers<number>(), endpoints: Promise.withResolvers<number>() } satisfies Record<BucketName, unknown>;
  /** Resolves when NATS is lost, or Galley stops. */
  let over = Promise.withResolvers<undefined>();
  signal.addEventListener('abort', () => over.resolve(undefined), { once: true });

  const prepare = async (): Promise<void> => {
    const delays = backoff({ initialMs: 100, maxMs: 2_000, random: Math.random });
    while (bus.connected && !signal.aborted) {
      try {
        for (const bucket of await ensureBuckets(bus, replicas)) {
          // What was known may yet have to be read from a file.
          await Promise.race([read[bucket].promise, over.promise]);
          if (state.unread().includes(bucket)) return;
          const count = await writer.refill(bucket);
          if (count > 0) logger.warn({ bucket, count }, 'nothing was ever written to a store; it was filled with what was known');
        }
        writer.storesReady = bus.connected;
        onReturn();
        return;
      } catch (error) {
        logger.warn({ reason: messageOf(error) }, 'the stores cannot be prepared yet');
        await delay(clock, delays.next(), signal);
      }
    }
  };
  let preparing = prepare();
  const forget = bus.onState((connected) => {
    writer.storesReady = false;
    over.resolve(undefined);
    if (!connected) return;
    over = Promise.withResolvers<undefined>();
    preparing = preparing.then(prepare);
  });
  app.onStop('stores', () => {
    forget();
    return preparing;
  });

  for (const bucket of bucketNames) {
    const watch = bus.store(bucket).watch({
      cacheFile: join(dataDir, `${bucket}.json`),
      onChange(change) {
        state.apply(bucket, change);
        onChange(bucket, change);
      },
      onSynced(revision) {
        state.markSynced(bucket, revision);
        read[bucket].resolve(revision);
        logger.info({ bucket, revision }, 'a store has been read');
        if (state.unread().length === 0) onSynced();
      },
    });
    app.onStop(`watch of ${bucket}`, () => watch.stop());
  }
}
