import { Counter, Histogram, type Registry } from '@flotilla/admin';
import { connectionLabelNames, requestLabelNames, type ConnectionLabel, type ConnectionLabels, type RequestLabel, type RequestLabels } from './labels.ts';
import { SeriesLimit } from './series-limit.ts';

/** What is measured of one request. */
export interface RequestMeasures {
  readonly durationMs: number;
  /** Headers and body, in bytes. */
  readonly requestBytes: number;
  readonly responseBytes: number;
}

/** What is measured of one connection; bytes as the destination sees them. */
export interface ConnectionMeasures {
  readonly opened: boolean;
  readonly closed: boolean;
  readonly receivedBytes: number;
  readonly sentBytes: number;
}

const durationBuckets = [1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];
const sizeBuckets = [100, 1000, 10_000, 100_000, 1_000_000, 10_000_000];

/** Istio's standard metrics (https://istio.io/latest/docs/reference/config/metrics/). */
export class StandardMetrics {
  readonly #limit: SeriesLimit;
  readonly #requests: Counter<RequestLabel>;
  readonly #durations: Histogram<RequestLabel>;
  readonly #requestBytes: Histogram<RequestLabel>;
  readonly #responseBytes: Histogram<RequestLabel>;
  readonly #sent: Counter<ConnectionLabel>;
  readonly #received: Counter<ConnectionLabel>;
  readonly #opened: Counter<ConnectionLabel>;
  readonly #closed: Counter<ConnectionLabel>;

  constructor(registry: Registry, options: { readonly seriesLimit: number }) {
    this.#limit = new SeriesLimit(options.seriesLimit);
    const registers = [registry];
    const request = { labelNames: [...requestLabelNames], registers };
    const connection = { labelNames: [...connectionLabelNames], registers };
    this.#requests = new Counter({ name: 'istio_requests_total', help: 'Requests, by who called whom and how it ended.', ...request });
    this.#durations = new Histogram({ name: 'istio_request_duration_milliseconds', help: 'How long requests took.', buckets: durationBuckets, ...request });
    this.#requestBytes = new Histogram({ name: 'istio_request_bytes', help: 'Size of requests, headers and body.', buckets: sizeBuckets, ...request });
    this.#responseBytes = new Histogram({ name: 'istio_response_bytes', help: 'Size of responses, headers and body.', buckets: sizeBuckets, ...request });
    this.#sent = new Counter({ name: 'istio_tcp_sent_bytes_total', help: 'Bytes sent in response over TCP connections.', ...connection });
    this.#received = new Counter({ name: 'istio_tcp_received_bytes_total', help: 'Bytes received over TCP connections.', ...connection });
    this.#opened = new Counter({ name: 'istio_tcp_connections_opened_total', help: 'TCP connections opened.', ...connection });
    this.#closed = new Counter({ name: 'istio_tcp_connections_closed_total', help: 'TCP connections closed.', ...connection });
  }

  recordRequest(labels: RequestLabels, { durationMs, requestBytes, responseBytes }: RequestMeasures): void {
    const series = this.#limit.admit(labels);
    this.#requests.inc(series);
    this.#durations.observe(series, durationMs);
    this.#requestBytes.observe(series, requestBytes);
    this.#responseBytes.observe(series, responseBytes);
  }

  recordConnection(labels: ConnectionLabels, { opened, closed, receivedBytes, sentBytes }: ConnectionMeasures): void {
    const series = this.#limit.admit(labels);
    if (opened) this.#opened.inc(series);
    if (closed) this.#closed.inc(series);
    this.#received.inc(series, receivedBytes);
    this.#sent.inc(series, sentBytes);
  }
}
