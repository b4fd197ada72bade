import type { BucketName } from './bucket.ts';

/** Up to where each of the two stores has been taken in. */
export type StoreRevision = Readonly<Record<BucketName, number>>;

/** A connected proxy, or a client without one (`proxyless`), as far as it decides which resources concern it. */
export interface ReportedProxy {
  /** Envoy's node id. */
  readonly id: string;
  readonly type: 'sidecar' | 'gateway' | 'proxyless';
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The key of the Sidecar that it is under. */
  readonly sidecar?: string;
}

/** Something that proxies refuse, and the resource that it is put down to. */
export interface ReportedRefusal {
  /** The key of the resource, and the version of it (`metadata.resourceVersion`) that was refused. */
  readonly resource: string;
  readonly version: string;
  /** Envoy's own resource, as `Cluster outbound|80||reviews.default.svc.cluster.local`. */
  readonly of: string;
  /** What Envoy said. */
  readonly reason: string;
  /** Node ids. */
  readonly proxies: readonly string[];
}

/**
 * How far the configuration has come at the proxies of one Pilot. Reports build on each other: what a report leaves
 * out is as it was. The one with number 0 says all there is, and whoever misses a number asks for all again.
 */
export interface PropagationReport {
  /** Tells one process of Pilot from every other. */
  readonly pilot: string;
  readonly number: number;
  /** Without another report for this long, in milliseconds, the Pilot counts as gone, and its proxies with it. */
  readonly leaseMs: number;
  /** What the Pilot has read; its proxies have taken all of it in, but for those that are behind. */
  readonly revision: StoreRevision;
  /** What holds for the whole mesh, as far as it decides which resources concern a proxy. */
  readonly mesh?: {
    readonly rootNamespace: string;
    readonly domainSuffix: string;
    readonly defaultExportTo: Readonly<Record<'service' | 'virtualService' | 'destinationRule', readonly string[]>>;
  };
  /** Proxies that came, or are others now; and the ids of those that went. */
  readonly came?: readonly ReportedProxy[];
  readonly went?: readonly string[];
  /** All proxies that are behind, by id, with the revision up to which they have answered. */
  readonly behind?: Readonly<Record<string, StoreRevision>>;
  /** All refusals in force. */
  readonly refusals?: readonly ReportedRefusal[];
}
