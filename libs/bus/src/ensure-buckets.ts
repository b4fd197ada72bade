import { FlotillaError, messageOf } from '@flotilla/errors';
import { DiscardPolicy, JetStreamApiError, jetstreamManager, StorageType, type JetStreamManager, type StreamConfig } from '@nats-io/jetstream';
import { bucketNames, bucketSubjects, streamName, type BucketName } from './bucket.ts';
import type { Bus } from './bus.ts';

/** JetStream's code for a stream that does not exist. */
const streamNotFound = 10059;

/**
 * Makes the buckets that do not exist yet, and brings the settings of those that do up to date. Gives those that
 * nothing was ever written to. Rejects STORE_UNAVAILABLE where NATS is away or does not allow it.
 *
 * @param replicas how many servers of a NATS cluster keep each
 */
export async function ensureBuckets(bus: Pick<Bus, 'connection'>, replicas = 1): Promise<BucketName[]> {
  const nats = bus.connection.live();
  try {
    const manager = await jetstreamManager(nats, { checkAPI: false });
    const unwritten: BucketName[] = [];
    for (const bucket of bucketNames) {
      if (await ensure(manager, bucket, replicas)) unwritten.push(bucket);
    }
    return unwritten;
  } catch (error) {
    throw new FlotillaError('STORE_UNAVAILABLE', `The buckets cannot be made: ${messageOf(error)}`, { cause: error });
  }
}

/** Resolves to whether nothing was ever written to the bucket. */
async function ensure(manager: JetStreamManager, bucket: BucketName, replicas: number): Promise<boolean> {
  try {
    const { state } = await manager.streams.update(streamName(bucket), configurationOf(bucket, replicas));
    return state.last_seq === 0;
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || error.code !== streamNotFound) throw error;
    await manager.streams.add({ ...configurationOf(bucket, replicas), name: streamName(bucket), storage: StorageType.File });
    return true;
  }
}

/** A key-value bucket as NATS's own tools make it, with commits of many entries allowed. */
function configurationOf(bucket: BucketName, replicas: number): Partial<StreamConfig> {
  return {
    subjects: [bucketSubjects(bucket)],
    num_replicas: replicas,
    max_msgs_per_subject: 1,
    discard: DiscardPolicy.New,
    allow_rollup_hdrs: true,
    deny_delete: true,
    allow_direct: true,
    allow_msg_ttl: true,
    allow_atomic: true,
  };
}
