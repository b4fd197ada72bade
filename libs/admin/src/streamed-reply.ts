import type { FastifyReply } from 'fastify';
import { once } from 'node:events';

/** One JSON value on a line of its own, as Kubernetes' watches send them. */
export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

/** One server-sent event; the data is sent as JSON, so it never spans lines. */
export function serverSentEvent({ event, id, data }: { readonly event?: string; readonly id?: string; readonly data: unknown }): string {
  return [event === undefined ? '' : `event: ${event}\n`, id === undefined ? '' : `id: ${id}\n`, `data: ${JSON.stringify(data)}\n\n`].join('');
}

/**
 * Answers with chunks that come over time. The headers go out at once; a slow reader makes `chunks` wait.
 *
 * @param chunks gets a signal that is aborted when the client goes away or the server stops, and should end then
 */
export async function streamReply(
  reply: FastifyReply,
  { contentType, stopping, chunks }: { readonly contentType: string; readonly stopping: AbortSignal; readonly chunks: (signal: AbortSignal) => AsyncIterable<string> },
): Promise<void> {
  const gone = new AbortController();
  reply.hijack();
  reply.raw.once('close', () => gone.abort());
  reply.raw.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store', connection: 'close' });
  reply.raw.flushHeaders();
  const signal = AbortSignal.any([gone.signal, stopping]);
  try {
    for await (const chunk of chunks(signal)) {
      if (gone.signal.aborted) return;
      if (!reply.raw.write(chunk)) await once(reply.raw, 'drain', { signal: gone.signal }).catch(() => undefined);
    }
  } catch (error) {
    // The status went out long ago: a connection cut short is all that can tell the client.
    if (!signal.aborted) reply.log.error({ err: error }, 'a streamed answer failed');
    reply.raw.destroy();
  } finally {
    reply.raw.end();
  }
}
