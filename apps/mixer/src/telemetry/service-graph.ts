import type { ConnectionLabels } from './labels.ts';

/** A workload of the graph. */
export interface GraphNode {
  readonly workload: string;
  readonly namespace: string;
  readonly app: string;
  readonly version: string;
}

/** One workload calling another by the name of a service. */
export interface GraphEdge {
  readonly source: GraphNode;
  readonly destination: GraphNode;
  readonly service: string;
  readonly protocol: string;
  /** Since Mixer started. */
  readonly requests: number;
  readonly errors: number;
  /** Of the last minute. */
  readonly requestsPerSecond: number;
  readonly errorsPerSecond: number;
  readonly meanDurationMs: number;
  readonly lastSeen: string;
}

interface Traffic {
  requests: number;
  errors: number;
  durationMs: number;
}

interface Edge {
  readonly labels: ConnectionLabels;
  readonly total: Traffic;
  /** The traffic of the slices of the last minute, by the number of the slice. */
  readonly slices: Map<number, Traffic>;
  lastSeen: number;
}

const sliceMs = 10_000;
const slicesKept = 6;
/** Edges that nobody used for this long are forgotten. */
const forgetMs = 3_600_000;

/**
 * Who talks to whom, from what both sides report. What a client reports counts, for it also sees what never
 * arrived; a server's report counts where the client reports nothing.
 */
export class ServiceGraph {
  readonly #edges = new Map<string, Edge>();
  readonly #now: () => number;
  readonly #limit: number;

  constructor(options: { readonly now: () => number; readonly edgeLimit: number }) {
    this.#now = options.now;
    this.#limit = options.edgeLimit;
  }

  record(labels: ConnectionLabels, outcome: { readonly failed: boolean; readonly durationMs: number }): void {
    const edge = this.#edge(labels);
    if (edge === undefined) return;
    edge.lastSeen = this.#now();
    add(edge.total, outcome);
    const slice = Math.floor(edge.lastSeen / sliceMs);
    const traffic = edge.slices.get(slice) ?? { requests: 0, errors: 0, durationMs: 0 };
    add(traffic, outcome);
    edge.slices.set(slice, traffic);
    for (const old of edge.slices.keys()) if (old <= slice - slicesKept) edge.slices.delete(old);
  }

  /** The edges of the last hour, the busiest first. */
  edges(): GraphEdge[] {
    const now = this.#now();
    for (const [key, edge] of this.#edges) if (edge.lastSeen < now - forgetMs) this.#edges.delete(key);
    const told = [...this.#edges.values()].filter(({ labels }) => labels.reporter === 'source' || !this.#edges.has(keyOf({ ...labels, reporter: 'source' })));
    return told.map((edge) => describe(edge, now)).sort((a, b) => b.requestsPerSecond - a.requestsPerSecond || b.requests - a.requests);
  }

  #edge(labels: ConnectionLabels): Edge | undefined {
    const key = keyOf(labels);
    const known = this.#edges.get(key);
    if (known !== undefined || this.#edges.size >= this.#limit) return known;
    const edge: Edge = { labels, total: { requests: 0, errors: 0, durationMs: 0 }, slices: new Map(), lastSeen: 0 };
    this.#edges.set(key, edge);
    return edge;
  }
}

function keyOf(labels: ConnectionLabels): string {
  return [
    labels.reporter,
    labels.source_workload_namespace,
    labels.source_workload,
    labels.destination_workload_namespace,
    labels.destination_workload,
    labels.destination_service,
    labels.request_protocol,
  ].join('\0');
}

function add(traffic: Traffic, { failed, durationMs }: { readonly failed: boolean; readonly durationMs: number }): void {
  traffic.requests += 1;
  traffic.errors += failed ? 1 : 0;
  traffic.durationMs += durationMs;
}

function describe({ labels, total, slices, lastSeen }: Edge, now: number): GraphEdge {
  const oldest = Math.floor(now / sliceMs) - slicesKept + 1;
  const recent: Traffic = { requests: 0, errors: 0, durationMs: 0 };
  for (const [slice, traffic] of slices) {
    if (slice < oldest) continue;
    recent.requests += traffic.requests;
    recent.errors += traffic.errors;
    recent.durationMs += traffic.durationMs;
  }
  // The newest slice is not over yet.
  const seconds = (now - oldest * sliceMs) / 1000;
  return {
    source: { workload: labels.source_workload, namespace: labels.source_workload_namespace, app: labels.source_app, version: labels.source_version },
    destination: { workload: labels.destination_workload, namespace: labels.destination_workload_namespace, app: labels.destination_app, version: labels.destination_version },
    service: labels.destination_service,
    protocol: labels.request_protocol,
    requests: total.requests,
    errors: total.errors,
    requestsPerSecond: recent.requests / seconds,
    errorsPerSecond: recent.errors / seconds,
    meanDurationMs: recent.requests === 0 ? 0 : recent.durationMs / recent.requests,
    lastSeen: new Date(lastSeen).toISOString(),
  };
}
