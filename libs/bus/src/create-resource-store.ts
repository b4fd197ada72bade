import type { BucketName } from './bucket.ts';
import { commit } from './commit.ts';
import type { BusSettings, Connection } from './connection.ts';
import type { ResourceStore } from './resource-store.ts';
import { startWatch } from './watch.ts';

/** The store of one bucket over a kept connection. */
export function createResourceStore(
  bucket: BucketName,
  connection: Connection,
  { clock, logger }: Pick<BusSettings, 'clock' | 'logger'>,
): ResourceStore {
  return {
    commit: (upserts, removals) => commit(bucket, connection, clock, upserts, removals),
    watch: (options) => startWatch({ bucket, connection, clock, logger, ...options }),
  };
}
