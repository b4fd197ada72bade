import { collectDefaultMetrics, Histogram, type Registry } from 'prom-client';

/** Adds what every program reports of itself (CPU, memory, event loop, garbage collection) to `registry`. */
export function addProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry });
}

/** How long the answers of the admin API took, by route and status. */
export function requestDurations(registry: Registry): Histogram<'method' | 'route' | 'status'> {
  return new Histogram({
    name: 'flotilla_admin_request_duration_seconds',
    help: 'Time to answer a request to the admin API.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10],
    registers: [registry],
  });
}
