import { Counter, Gauge, Histogram, type Registry } from '@flotilla/admin';
import type { IssueQueue, Urgency } from './issue-queue.ts';

/** What Citadel reports to Prometheus. */
export interface CitadelMetrics {
  readonly issued: Counter<'urgency'>;
  readonly refused: Counter<'reason'>;
  readonly queueTime: Histogram<'urgency'>;
}

/** Adds Citadel's metrics to `registry`. */
export function createMetrics(registry: Registry): CitadelMetrics {
  const registers = [registry];
  return {
    issued: new Counter({ name: 'citadel_certificates_issued_total', help: 'Certificates issued, by whether they replaced one.', labelNames: ['urgency'], registers }),
    refused: new Counter({ name: 'citadel_requests_refused_total', help: 'Certificate requests refused, by error code.', labelNames: ['reason'], registers }),
    queueTime: new Histogram({
      name: 'citadel_queue_seconds',
      help: 'Time a certificate request waited for its turn.',
      labelNames: ['urgency'],
      buckets: [0.001, 0.01, 0.1, 0.5, 1, 5, 10],
      registers,
    }),
  };
}

/** Adds what is read off at the time it is asked for. */
export function addGauges(registry: Registry, { queue, rootNotAfterMs }: { readonly queue: IssueQueue; readonly rootNotAfterMs: number }): void {
  new Gauge({
    name: 'citadel_queue_length',
    help: 'Certificate requests that wait for their turn.',
    registers: [registry],
    collect() {
      this.set(queue.waiting);
    },
  });
  new Gauge({ name: 'citadel_root_expiry_timestamp_seconds', help: 'When the root expires, since the epoch.', registers: [registry] }).set(rootNotAfterMs / 1000);
}

/** Tells the histogram how long a request waited. */
export function observeWait(metrics: CitadelMetrics): (urgency: Urgency, waitedMs: number) => void {
  return (urgency, waitedMs) => metrics.queueTime.observe({ urgency }, waitedMs / 1000);
}
