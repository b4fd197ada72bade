import type { Refusal } from './proxy-status.ts';

/** Told of what happens on the streams: for metrics, logs, and statuses. Every member may be left out. */
export interface XdsObserver {
  /** A stream was opened or closed; `streams` are open now. */
  streams?(streams: number): void;
  /** A response was handed to the wire. */
  sent?(typeUrl: string, bytes: number, resources: number): void;
  /** A proxy accepted a response, `ms` after it was sent. */
  acked?(typeUrl: string, ms: number): void;
  /** A proxy refused a response. */
  nacked?(proxyId: string, typeUrl: string, refusal: Refusal): void;
  /** A proxy did not answer, or did not ask for a new cluster's endpoints, in time; the push goes on without. */
  overdue?(proxyId: string, stage: 'clusters' | 'routes'): void;
  /** A proxy answered something: its {@link ProxyStatus} is not what it was. */
  answered?(proxyId: string): void;
  /** Responses were held back because the proxy does not read as fast as it is sent to. */
  blocked?(proxyId: string): void;
}
