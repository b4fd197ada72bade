import { messageOf } from '@flotilla/errors';
import { backoff, delay, type Clock, type Logger } from '@flotilla/runtime';
import { subjectOf, type BucketName } from './bucket.ts';
import { readCache } from './cache-file.ts';
import { CacheKeeper } from './cache-keeper.ts';
import type { Connection } from './connection.ts';
import { readStream } from './read-stream.ts';
import { Replica } from './replica.ts';
import type { ResourceChange, Watch, WatchOptions } from './resource-store.ts';

/** How long a start waits for NATS, which it can reach, before it makes do with the cache. */
const cacheAfterMs = 2_000;

interface WatchContext extends WatchOptions {
  readonly bucket: BucketName;
  readonly connection: Connection;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Starts a watch of one bucket; see `ResourceStore.watch`. */
export function startWatch(context: WatchContext): Watch {
  const { bucket, connection, clock, onChange, onSynced, cacheFile } = context;
  const logger = context.logger.child({ bucket });
  const replica = new Replica();
  const cache =
    cacheFile === undefined ? undefined : new CacheKeeper({ path: cacheFile, state: () => replica.state, clock, logger });
  const stopping = new AbortController();
  const stopped = (): boolean => stopping.signal.aborted;
  let synced = false;
  let cancelCacheStart: (() => void) | undefined;

  const deliver = (change: ResourceChange | undefined): void => {
    if (change === undefined || stopped()) return;
    cancelCacheStart?.();
    // The client swallows what a message handler throws; a consumer that fails must end the process instead.
    try {
      if (change.upserts.length > 0 || change.removals.length > 0) onChange(change);
      if (!synced) {
        synced = true;
        onSynced(change.revision);
      }
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
    cache?.take(change);
  };

  const startFromCache = async (reason: string): Promise<void> => {
    const cached = cacheFile === undefined || synced ? undefined : await readCache(cacheFile);
    if (cached === undefined || synced) return;
    logger.warn({ reason, file: cacheFile, revision: cached.revision }, 'starting from the last known state');
    const { stream, revision, resources } = cached;
    deliver(replica.restore({ stream, revision, resources: new Map(resources.map((resource) => [subjectOf(bucket, resource), resource])) }));
  };

  const read = async (): Promise<string> => {
    const over = new AbortController();
    const lost = connectionIs(false, connection, AbortSignal.any([stopping.signal, over.signal]));
    const reading = readStream({
      connection,
      bucket,
      onListing: async (listing) => {
        // Of one that was lost, or left for other servers, the cache may know more.
        if (listing.lastRevision === 0) await startFromCache('nothing was ever written to the store');
        // What was lost meanwhile is listed again, by another reading.
        if (!over.signal.aborted) deliver(replica.beginList(listing));
      },
      onEntry: (entry) => {
        if (entry.content === 'unreadable') logger.error({ subject: entry.subject }, 'an entry is no resource; what was known is kept');
        deliver(replica.receive(entry));
      },
      signal: over.signal,
    });
    try {
      return await Promise.race([reading, lost.then(() => 'NATS was lost')]);
    } finally {
      over.abort();
    }
  };

  const run = async (): Promise<void> => {
    const delays = backoff({ initialMs: 50, maxMs: 2_000, factor: 2, random: Math.random });
    while (!stopped()) {
      await connectionIs(true, connection, stopping.signal);
      if (stopped()) return;
      try {
        const reason = await read();
        delays.reset();
        if (!stopped()) logger.info({ reason }, 'the watch was interrupted; listing again');
      } catch (error) {
        logger.debug({ reason: messageOf(error) }, 'the bucket cannot be read yet');
      }
      await delay(clock, delays.next(), stopping.signal);
    }
  };

  const start = async (): Promise<void> => {
    const silent = 'NATS does not answer';
    if (connection.connected) cancelCacheStart = clock.after(cacheAfterMs, () => void startFromCache(silent));
    else await startFromCache(silent);
    await run();
  };
  const running = start();

  return {
    get synced() {
      return synced;
    },
    get revision() {
      return replica.state.revision;
    },
    async stop() {
      stopping.abort();
      cancelCacheStart?.();
      await running;
      await cache?.flush();
    },
  };
}

/** Resolves once NATS can be reached, or cannot any longer, or the signal aborts. */
function connectionIs(connected: boolean, connection: Connection, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      forget();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const forget = connection.onState((now) => {
      if (now === connected) done();
    });
    signal.addEventListener('abort', done);
    if (connection.connected === connected || signal.aborted) done();
  });
}
