import { FlotillaError, messageOf } from '@flotilla/errors';
import { DiscardPolicy, JetStreamApiError, jetstreamManager, StorageType, type JetStreamManager, type StreamConfig } from '@nats-io/jetstream';
import { bucketNames, bucketSubjects, streamName, type BucketName } from './bucket.ts';
import type { Bus } from './bus.ts';

/** JetStream's code for a stream that does not exist. */
const streamNotFound = 10059;

/**
 * Makes the buckets that do not exist yet, and brings the settings of those that do up to date. Gives those it
 * made. Rejects STORE_UNAVAILABLE where NATS is away or does not allow it.
 */
export async function ensureBuckets(bus: Bus): Promise<BucketName[]> {
  const nats = bus.connection.live();
  try {
    const manager = await jetstreamManager(nats, { checkAPI: false });
    const made: BucketName[] = [];
    for (const bucket of bucketNames) {
      if (await ensure(manager, bucket)) made.push(bucket);
    }
    return made;
  } catch (error) {
    throw new FlotillaError('STORE_UNAVAILABLE', `The buckets cannot be made: ${messageOf(error)}`, { cause: error });
  }
}

/** Resolves to whether the bucket had to be made. */
async function ensure(manager: JetStreamManager, bucket: BucketName): Promise<boolean> {
  try {
    await manager.streams.update(streamName(bucket), configurationOf(bucket));
    return false;
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || error.code !== streamNotFound) throw error;
    await manager.streams.add({ ...configurationOf(bucket), name: streamName(bucket), storage: StorageType.File, num_replicas: 1 });
    return true;
  }
}

/** A key-value bucket as NATS's own tools make it, with commits of many entries allowed. */
function configurationOf(bucket: BucketName): Partial<StreamConfig> {
  return {
    subjects: [bucketSubjects(bucket)],
    max_msgs_per_subject: 1,
    discard: DiscardPolicy.New,
    allow_rollup_hdrs: true,
    deny_delete: true,
    allow_direct: true,
    allow_msg_ttl: true,
    allow_atomic: true,
  };
}
