import { FlotillaError, messageOf } from '@flotilla/errors';
import type { MeshResource } from '@flotilla/resources';
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
  upserts: readonly MeshResource[],
  removals: readonly string[],
): Promise<number> {
  const writes = [
    ...upserts.map((resource) => ({ subject: subjectOf(bucket, resource), payload: JSON.stringify(resource), removes: false })),
    ...removals.map((key) => ({ subject: subjectOfKey(bucket, key), payload: '', removes: true })),
  ];
  const last = writes.pop();
  if (last === undefined) throw new FlotillaError('MALFORMED_REQUEST', 'A commit needs at least one change');
  const nats = connection.live();
  const lost = whenLost(connection);
  try {
    return await Promise.race([publish(nats, writes, last), lost.promise]);
  } catch (error) {
    throw translated(error);
  } finally {
    lost.forget();
  }
}

/**
 * Publishes the writes, atomically where there are several, and resolves to the sequence of the last. The client
 * library's own batches are not used: they hide the server's reason for refusing one.
 */
async function publish(nats: NatsConnection, before: readonly Write[], last: Write): Promise<number> {
  const inBatch = before.length === 0 ? undefined : batchHeaders(nuid.next());
  for (const write of before) nats.publish(write.subject, write.payload, { headers: headersOf(write, inBatch) });
  const final = headersOf(last, inBatch);
  if (inBatch !== undefined) final.set('Nats-Batch-Commit', '1');
  const answer = await nats.request(last.subject, last.payload, { headers: final, timeout: answerWithinMs });
  return sequenceOf(answer.json());
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

/** A promise that rejects when the connection is lost, so that no one waits for an answer that cannot come. */
function whenLost(connection: Connection): { promise: Promise<never>; forget: () => void } {
  const { promise, reject } = Promise.withResolvers<never>();
  const forget = connection.onState((connected) => {
    if (!connected) reject(new FlotillaError('STORE_UNAVAILABLE', 'The connection to NATS was lost while the change was being written'));
  });
  return { promise, forget };
}

function translated(error: unknown): FlotillaError {
  if (error instanceof FlotillaError) return error;
  if (error instanceof PermissionViolationError || (error instanceof Error && error.cause instanceof PermissionViolationError)) {
    return new FlotillaError('FORBIDDEN', 'NATS does not allow this user to write here', { cause: error });
  }
  return new FlotillaError('STORE_UNAVAILABLE', `NATS did not take the change: ${messageOf(error)}`, { cause: error });
}
