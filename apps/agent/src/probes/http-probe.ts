import { request as requestPlainly } from 'node:http';
import { request as requestOverTls } from 'node:https';
import type { ReadinessProbe } from '@flotilla/resources';
import type { ProbeTarget } from './probe-target.ts';

/**
 * Asks for a page. Any status from 200 to 399 is a good answer; as in Kubernetes nobody checks who gives it.
 * @throws Error with what is wrong
 */
export function probeHttp({ path = '/', scheme = 'HTTP', httpHeaders = [] }: NonNullable<ReadinessProbe['httpGet']>, { host, port, from }: ProbeTarget, signal: AbortSignal): Promise<void> {
  const headers = Object.fromEntries(httpHeaders.map(({ name, value = '' }) => [name, value]));
  const options = { host, port, ...(from === undefined ? {} : { localAddress: from }), path: path.startsWith('/') ? path : `/${path}`, headers: { 'user-agent': 'flotilla-probe', ...headers }, agent: false as const, signal };
  return new Promise((resolve, reject) => {
    const outgoing = scheme === 'HTTPS' ? requestOverTls({ ...options, rejectUnauthorized: false }) : requestPlainly(options);
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      incoming.destroy();
      const { statusCode = 0 } = incoming;
      if (statusCode >= 200 && statusCode < 400) resolve();
      else reject(new Error(`it answered with status ${statusCode}`));
    });
    outgoing.end();
  });
}
