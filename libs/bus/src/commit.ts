import { FlotillaError, messageOf } from '@flotilla/errors';
import type { MeshResource } from '@flotilla/resources';
import { Slices, type Clock } from '@flotilla/runtime';
import { headers, nuid, PermissionViolationError, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import { subjectOf, subjectOfKey, type BucketName } from './bucket.ts';
import type { Connection } from './connection.ts';
import { isRecord } from './is-record.ts';

/**
 * How long a removal stays readable as such. Watches list again whenever they reconnect, so they
 * need no old removals; the time is for people who look with NATS's tools.
 */
const removalMarkerTtl = '1h';

const answerWithinMs = 5_000;

/** JetStream API error codes: batch too large, message too large. */
const tooLarge = new Set([10199, 10054]);

interface Write {
  readonly subject: string;
  readonly payload: string;
  readonly removes: boolean;
}

/** Publishes all writes as one revision; see `ResourceStore.commit`. */
export async function commit(
  bucket: BucketName,
  connection: Connection,
  clock: Clock,
  upserts: readonly MeshResource[],
  removals: readonly string[],
): Promise<number> {
  const count = upserts.length + removals.length;
  if (count === 0) throw new FlotillaError('MALFORMED_REQUEST', 'A commit needs at least one change');
  const nats = connection.live();
  const lost = whenLost(connection);
  const slices = new Slices(clock);
  try {
    return await Promise.race([publish(nats, writesOf(bucket, upserts, removals), { count, slices, lost: lost.signal }), lost.promise]);
  } catch (error) {
    throw translated(error);
  } finally {
    lost.forget();
  }
}

function* writesOf(bucket: BucketName, upserts: readonly MeshResource[], removals: readonly string[]): Iterable<Write> {
  for (const resource of upserts) yield { subject: subjectOf(bucket, resource), payload: JSON.stringify(resource), removes: false };
  for (const key of removals) yield { subject: subjectOfKey(bucket, key), payload: '', removes: true };
}

/**
 * Publishes the writes, atomically where there are several, and resolves to the sequence of the last. The client
 * library's own batches are not used: they hide the server's reason for refusing one.
 */
async function publish(nats: NatsConnection, writes: Iterable<Write>, { count, slices, lost }: { count: number; slices: Slices; lost: AbortSignal }): Promise<number> {
  const inBatch = count === 1 ? undefined : batchHeaders(nuid.next());
  let left = count;
  for (const write of writes) {
    left -= 1;
    const sent = headersOf(write, inBatch);
    if (left === 0) {
      if (inBatch !== undefined) sent.set('Nats-Batch-Commit', '1');
      const answer = await nats.request(write.subject, write.payload, { headers: sent, timeout: answerWithinMs });
      return sequenceOf(answer.json());
    }
    nats.publish(write.subject, write.payload, { headers: sent });
    if (slices.over) await slices.next();
    lost.throwIfAborted();
  }
  throw new RangeError('a commit had fewer writes than it said');
}

/** Numbers the messages of one batch. */
function batchHeaders(id: string): (to: MsgHdrs) => void {
  let sequence = 0;
  return (to) => {
    sequence += 1;
    to.set('Nats-Batch-Id', id);
    to.set('Nats-Batch-Sequence', String(sequence));
  };
}

function headersOf(write: Write, inBatch: ((to: MsgHdrs) => void) | undefined): MsgHdrs {
  const result = headers();
  if (write.removes) {
    result.set('KV-Operation', 'DEL');
    result.set('Nats-TTL', removalMarkerTtl);
  }
  inBatch?.(result);
  return result;
}

/** The sequence in JetStream's answer to a publish; throws what it answers instead. */
function sequenceOf(answer: unknown): number {
  const { seq, error } = isRecord(answer) ? answer : {};
  if (error === undefined && typeof seq === 'number') return seq;
  const { err_code, description } = isRecord(error) ? error : {};
  if (tooLarge.has(Number(err_code))) throw new FlotillaError('PAYLOAD_TOO_LARGE', `NATS takes no commit this large: ${String(description)}`);
  throw new FlotillaError('STORE_UNAVAILABLE', `NATS did not take the change: ${String(description)} (${String(err_code)})`);
}

/** A promise that rejects, and a signal that aborts, when the connection is lost, so that no one waits for an answer that cannot come. */
function whenLost(connection: Connection): { promise: Promise<never>; signal: AbortSignal; forget: () => void } {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = new AbortController();
  const forget = connection.onState((connected) => {
    if (connected) return;
    const error = new FlotillaError('STORE_UNAVAILABLE', 'The connection to NATS was lost while the change was being written');
    abort.abort(error);
    reject(error);
  });
  return { promise, signal: abort.signal, forget };
}

function translated(error: unknown): FlotillaError {
  if (error instanceof FlotillaError) return error;
  if (error instanceof PermissionViolationError || (error instanceof Error && error.cause instanceof PermissionViolationError)) {
    return new FlotillaError('FORBIDDEN', 'NATS does not allow this user to write here', { cause: error });
  }
  return new FlotillaError('STORE_UNAVAILABLE', `NATS did not take the change: ${messageOf(error)}`, { cause: error });
}
