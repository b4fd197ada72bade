import { AckPolicy, DeliverPolicy, jetstream, jetstreamManager, type ConsumerMessages, type JsMsg } from '@nats-io/jetstream';
import { nanos, nuid } from '@nats-io/transport-node';
import type { MeshResource } from '@flotilla/resources';
import type { Connection } from './connection.ts';
import { bucketSubjects, streamName, type BucketName } from './bucket.ts';
import { isRecord } from './is-record.ts';
import type { Entry, Listing } from './replica.ts';

const heartbeatMs = 5_000;
/** The server forgets a consumer nobody reads from after this long. */
const abandonedAfterMs = 30_000;

interface ReadOptions {
  readonly connection: Connection;
  readonly bucket: BucketName;
  /** What comes meanwhile waits. */
  readonly onListing: (listing: Listing) => Promise<void>;
  readonly onEntry: (entry: Entry) => void;
  /** Ends the reading; nothing is called after that. */
  readonly signal: AbortSignal;
}

/**
 * Reads a bucket's stream: first the newest message of every subject, then whatever comes. Ends as soon as a
 * message may be missing, for the next reading lists everything again.
 *
 * @returns why the reading ended; rejects where it could not begin
 */
export async function readStream({ connection, bucket, onListing, onEntry, signal }: ReadOptions): Promise<string> {
  const stream = streamName(bucket);
  const nats = connection.live();
  const manager = await jetstreamManager(nats, { checkAPI: false });
  const info = await manager.streams.info(stream);
  const deliverSubject = connection.createInbox();
  const { promise: ended, resolve } = Promise.withResolvers<string>();
  const over = new AbortController();
  const end = (reason: string): void => {
    over.abort();
    resolve(reason);
  };
  const isOver = (): boolean => over.signal.aborted || signal.aborted;

  let delivered = 0;
  const receive = (message: JsMsg): void => {
    if (isOver()) return;
    delivered += 1;
    if (message.info.deliverySequence === delivered) onEntry(entryOf(message));
    else end('a message was missed');
  };
  const consumer = await jetstream(nats, {}).consumers.getBoundPushConsumer({
    deliver_subject: deliverSubject,
    idle_heartbeat: nanos(heartbeatMs),
  });
  // Messages wait until the list has been announced: the answer that says how many there are may come after the first.
  let early: JsMsg[] | undefined = [];
  const messages = await consumer.consume({
    callback: (message) => {
      if (early === undefined) receive(message);
      else early.push(message);
    },
  });
  void messages.closed().then((error) => end(error instanceof Error ? error.message : 'the subscription ended'));
  void endOnTrouble(messages, end);
  signal.addEventListener('abort', () => end('it was stopped'), { once: true });
  try {
    const created = await manager.consumers.add(stream, {
      name: nuid.next(),
      deliver_subject: deliverSubject,
      deliver_policy: DeliverPolicy.LastPerSubject,
      filter_subject: bucketSubjects(bucket),
      ack_policy: AckPolicy.None,
      idle_heartbeat: nanos(heartbeatMs),
      flow_control: true,
      inactive_threshold: nanos(abandonedAfterMs),
      mem_storage: true,
      num_replicas: 1,
    });
    if (isOver()) return await ended;
    await onListing({
      stream: info.created,
      lastRevision: info.state.last_seq,
      pending: created.num_pending + created.delivered.consumer_seq,
    });
    if (isOver()) return await ended;
    for (const message of early) receive(message);
    early = undefined;
    return await ended;
  } finally {
    messages.stop();
  }
}

async function endOnTrouble(messages: ConsumerMessages, end: (reason: string) => void): Promise<void> {
  for await (const { type } of messages.status()) {
    if (type === 'heartbeats_missed' || type === 'consumer_deleted') end(type.replaceAll('_', ' '));
  }
}

/** What a message says. */
function entryOf(message: JsMsg): Entry {
  const { headers, info, subject } = message;
  const revision = info.streamSequence;
  const inBatch = headers?.has('Nats-Batch-Id') === true;
  const removed = headers?.has('KV-Operation') === true || headers?.has('Nats-Marker-Reason') === true;
  return {
    subject,
    revision,
    content: removed ? 'removed' : resourceOf(message.string(), revision),
    endsCommit: !inBatch || headers.has('Nats-Batch-Commit'),
    pending: info.pending,
  };
}

/** Trusts what Galley, the only writer, has validated; looks only whether it is a resource at all. */
function resourceOf(text: string, revision: number): MeshResource | 'unreadable' {
  try {
    const value: unknown = JSON.parse(text);
    if (!isRecord(value) || typeof value['kind'] !== 'string' || !isRecord(value['metadata'])) return 'unreadable';
    return { ...value, metadata: { ...value['metadata'], resourceVersion: String(revision) } } as unknown as MeshResource;
  } catch {
    return 'unreadable';
  }
}
