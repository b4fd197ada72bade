import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { Registry } from '@flotilla/admin';
import { FlotillaError, messageOf } from '@flotilla/errors';
import type { ReadinessProbe } from '@flotilla/resources';
import type { Logger } from '@flotilla/runtime';
import type { AppProbes } from './probes/app-probes.ts';

/** What the status of a proxy is made of. */
export interface StatusSources {
  /** Why the proxy is not ready, in sentences; nothing when it is. */
  readonly notReady: () => readonly string[];
  /** Envoy's statistics in Prometheus' format; rejects where no Envoy answers. */
  readonly envoyMetrics: () => Promise<string>;
  /** The agent's own. */
  readonly metrics: Registry;
  /** Where the application has its own, as http://127.0.0.1:9080/metrics. */
  readonly appMetrics: string | undefined;
  readonly appProbes: AppProbes;
  /** Makes one of them; gives why it failed. */
  readonly probe: (probe: ReadinessProbe) => Promise<string | undefined>;
  readonly logger: Logger;
}

/** An application that is slower than this goes without: the proxy's own statistics must not. */
const appDeadlineMs = 3_000;

/**
 * What a pod's or container's proxy says of itself on Istio's port 15020: `/healthz/ready`, and under
 * `/stats/prometheus` the statistics of Envoy, agent and application together; and where it probes the application for the kubelet. Open to all, for it tells no secrets.
 *
 * @throws FlotillaError PORT_TAKEN
 */
export async function serveStatus(port: number, sources: StatusSources): Promise<{ close(): Promise<void> }> {
  const server = createServer((request, response) => {
    answer(request, response, sources).catch((error: unknown) => {
      sources.logger.error({ err: error, url: request.url }, 'a question for the status failed');
      response.writeHead(500).end();
    });
  });
  server.listen(port);
  await once(server, 'listening').catch((error: unknown) => {
    throw new FlotillaError('PORT_TAKEN', `Port ${port}, for the status of the proxy, is taken: ${messageOf(error)}`, { cause: error });
  });
  return {
    close: () => new Promise((closed) => {
      server.close(() => closed());
      server.closeIdleConnections();
    }),
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, sources: StatusSources): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://proxy');
  const probe = sources.appProbes.get(pathname);
  if (pathname === '/healthz/ready') {
    const reasons = sources.notReady();
    response.writeHead(reasons.length === 0 ? 200 : 503, { 'content-type': 'text/plain' }).end(reasons.map((reason) => `${reason}\n`).join(''));
  } else if (pathname === '/stats/prometheus' || pathname === '/metrics') {
    const [envoy, own, app] = await Promise.all([sources.envoyMetrics().catch(() => ''), sources.metrics.metrics(), applicationMetrics(sources)]);
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end([envoy, own, app].filter((text) => text !== '').map((text) => `${text.trimEnd()}\n`).join(''));
  } else if (probe !== undefined) {
    const failure = await sources.probe(probe);
    response.writeHead(failure === undefined ? 200 : 503, { 'content-type': 'text/plain' }).end(failure === undefined ? '' : `${failure}\n`);
  } else {
    response.writeHead(404).end();
  }
}

async function applicationMetrics({ appMetrics, logger }: StatusSources): Promise<string> {
  if (appMetrics === undefined) return '';
  try {
    const response = await fetch(appMetrics, { signal: AbortSignal.timeout(appDeadlineMs), headers: { accept: 'text/plain;version=0.0.4' } });
    if (response.ok) return await response.text();
    logger.warn({ url: appMetrics, status: response.status }, 'the application does not show its metrics');
  } catch (error) {
    logger.warn({ url: appMetrics, reason: messageOf(error) }, 'the application does not show its metrics');
  }
  return '';
}
