import { FlotillaError } from '@flotilla/errors';
import type { Registry } from 'prom-client';
import { Type } from 'typebox';
import type { AdminApp } from './admin-app.ts';

/** Adds the routes that every service has, open to all. */
export function addStandardRoutes(app: AdminApp, { ready, metrics }: { readonly ready: () => readonly string[]; readonly metrics: Registry }): void {
  const config = { open: true };
  const security: [] = [];

  app.get('/healthz', { config, schema: { summary: 'Answers while the process is alive.', security, response: { 200: Type.Object({ status: Type.Literal('ok') }) } } }, () => ({ status: 'ok' as const }));

  app.get('/readyz', { config, schema: { summary: 'Answers 503, with the reasons, while the service cannot do its work.', security, response: { 200: Type.Object({ status: Type.Literal('ready') }) } } }, () => {
    const reasons = ready();
    if (reasons.length > 0) throw new FlotillaError('NOT_READY', 'the service is not ready', { problems: reasons.map((message) => ({ path: '', message })) });
    return { status: 'ready' as const };
  });

  app.get('/metrics', { config, schema: { summary: 'Metrics in the format of Prometheus.', security } }, async (_request, reply) => reply.type(metrics.contentType).send(await metrics.metrics()));

  app.get('/openapi.json', { config, schema: { hide: true } }, () => app.swagger());
}
