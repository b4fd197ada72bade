import type { AdminApp } from '@flotilla/admin';
import { patchReport, type PatchOutcome, type ProxyDescription } from '@flotilla/translate';
import type { TrafficServer } from './traffic-server.ts';

/** `GET /v1/envoy-filters`: what became of every patch at the connected proxies. */
export function addEnvoyFiltersApi(app: AdminApp, server: Pick<TrafficServer, 'served'>): void {
  app.get('/v1/envoy-filters', { schema: { summary: 'What every patch of the EnvoyFilters hits at the connected proxies, and what is wrong with it' } }, (): { items: PatchOutcome[] } => {
    const traffic = server.served();
    return { items: patchReport(traffic.snapshot, workloads(traffic.descriptions())) };
  });
}

/** One proxy of each workload: replicas are given the same. */
function workloads(proxies: Iterable<ProxyDescription>): Iterable<ProxyDescription> {
  return new Map([...proxies].map((proxy) => [JSON.stringify([proxy.type, proxy.namespace, proxy.version, proxy.labels]), proxy])).values();
}
