import { Counter, Gauge, Histogram, type Registry } from '@flotilla/admin';
import type { XdsObserver } from '@flotilla/xds';

/** Turns what happens on the xDS streams into metrics; what is worth a log line the server logs itself. */
export function xdsMetrics(registry: Registry): XdsObserver {
  const registers = [registry];
  const streams = new Gauge({ name: 'flotilla_xds_streams', help: 'xDS streams that are open.', registers });
  const responses = new Counter({ name: 'flotilla_xds_responses_total', help: 'Responses sent to proxies.', labelNames: ['type'], registers });
  const bytes = new Counter({ name: 'flotilla_xds_sent_bytes_total', help: 'Bytes of the responses sent to proxies.', labelNames: ['type'], registers });
  const resources = new Counter({ name: 'flotilla_xds_sent_resources_total', help: 'Resources sent to proxies.', labelNames: ['type'], registers });
  const acks = new Histogram({ name: 'flotilla_xds_ack_seconds', help: 'Time from a response to its acknowledgement.', labelNames: ['type'], buckets: [0.005, 0.02, 0.1, 0.5, 2, 10], registers });
  const nacks = new Counter({ name: 'flotilla_xds_refusals_total', help: 'Responses that a proxy refused.', labelNames: ['type'], registers });
  const overdue = new Counter({ name: 'flotilla_xds_overdue_total', help: 'Pushes that went on without the answer they waited for.', labelNames: ['stage'], registers });
  const blocked = new Counter({ name: 'flotilla_xds_blocked_total', help: 'Times that a slow proxy had its responses held back.', registers });
  return {
    streams: (open) => streams.set(open),
    sent(typeUrl, size, count) {
      const type = shortName(typeUrl);
      responses.inc({ type });
      bytes.inc({ type }, size);
      resources.inc({ type }, count);
    },
    acked: (typeUrl, ms) => acks.observe({ type: shortName(typeUrl) }, ms / 1000),
    nacked: (_proxyId, typeUrl) => nacks.inc({ type: shortName(typeUrl) }),
    overdue: (_proxyId, stage) => overdue.inc({ stage }),
    blocked: () => blocked.inc(),
  };
}

/** `Cluster` of `type.googleapis.com/envoy.config.cluster.v3.Cluster`. */
function shortName(typeUrl: string): string {
  return typeUrl.slice(typeUrl.lastIndexOf('.') + 1);
}
