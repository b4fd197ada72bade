import { request } from 'node:http';
import { FlotillaError } from '@flotilla/errors';

/** An answer of Envoy's admin interface. */
export interface AdminAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
}

/** How long Envoy's main thread may take; it answers large dumps in one go. */
const deadlineMs = 10_000;

/**
 * Asks the admin interface behind a unix socket.
 * @throws FlotillaError NOT_READY where no Envoy answers there
 */
export function askEnvoy(socketPath: string, path: string, method: 'GET' | 'POST' = 'GET'): Promise<AdminAnswer> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => reject(new FlotillaError('NOT_READY', 'This Envoy does not answer', { cause: error }));
    const outgoing = request({ socketPath, path, method, headers: { host: 'envoy' }, agent: false, timeout: deadlineMs }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', fail);
      incoming.on('end', () => {
        const contentType = incoming.headers['content-type'] ?? 'text/plain';
        resolve({ status: incoming.statusCode ?? 0, contentType, body: Buffer.concat(chunks) });
      });
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time')));
    outgoing.on('error', fail);
    outgoing.end();
  });
}

/** Whether the Envoy has taken its first configuration and serves. */
export async function isLive(socketPath: string): Promise<boolean> {
  try {
    return (await askEnvoy(socketPath, '/ready')).status === 200;
  } catch {
    return false;
  }
}
