import type { UpstreamSecurity } from './upstream-security.ts';

/** Why a request gets nowhere. */
export type ExplainError =
  | 'no listener matched'
  | 'no filter chains matched'
  | 'multiple filter chains matched'
  | 'invalid TLS'
  | 'invalid mTLS'
  | 'protocol error'
  | 'no virtual host matched'
  | 'tls required, sending 301'
  | 'no route matched';

/** Something that could have taken the request, and why it did not. */
export interface NearMiss {
  readonly at: 'listener' | 'filterChain' | 'virtualHost' | 'route';
  readonly name: string;
  readonly reason: string;
  /** What it comes of, where that is known: `VirtualService/shop/reviews`, `spec.http[0].match[1]`. */
  readonly resource?: string;
  readonly path?: string;
}

/** One place that a request may end at. */
export interface ExplainedEndpoint {
  readonly cluster: string;
  /** `10.0.0.1:9080`, `[2001:db8::1]:9080`, or a pipe's path. */
  readonly address: string;
  readonly health: string;
  readonly weight: number;
  readonly priority: number;
  /** `region/zone/subzone`, or empty. */
  readonly locality: string;
  /** How the proxy speaks with it. */
  readonly security: UpstreamSecurity;
}

/** A cluster and its share of the requests, of the sum of all shares. */
export interface ExplainedCluster {
  readonly name: string;
  readonly weight: number;
}

/** What can apply to a request on its way. */
export type PolicyName =
  | 'timeout'
  | 'idleTimeout'
  | 'retries'
  | 'rewritePath'
  | 'rewriteHost'
  | 'mirrors'
  | 'consistentHash'
  | 'faults'
  | 'cors'
  | 'requestHeaders'
  | 'responseHeaders'
  | 'filters'
  | 'decidedBy';

/** A field of a resource that something of Envoy's was made of. */
export interface Cause {
  readonly of: 'listener' | 'filter chain' | 'tls' | 'routes' | 'virtual host' | 'route' | 'answer' | 'cluster' | 'protocol' | 'endpoints' | 'security' | 'unknown host' | PolicyName;
  /** `VirtualService/shop/reviews`. */
  readonly resource: string;
  readonly path: string;
}

/** Where a request lands and why; what it did not come to is null. */
export interface Explanation {
  readonly error: ExplainError | null;
  readonly listener: string | null;
  readonly filterChain: string | null;
  /** What becomes of TLS at the listener. */
  readonly tls: 'none' | 'passed on' | 'terminated' | 'terminated, client certificate required' | null;
  readonly routeConfig: string | null;
  readonly virtualHost: string | null;
  readonly route: string | null;
  /** The only cluster; null where there are several or none. */
  readonly cluster: string | null;
  readonly clusters: readonly ExplainedCluster[];
  /** What Envoy answers by itself. */
  readonly response: { readonly status: number; readonly location?: string } | null;
  readonly endpoints: readonly ExplainedEndpoint[];
  /** What applies on the way: timeout, retries, faults, rewrites, mirrors and filters that decide. */
  readonly policies: Readonly<Partial<Record<PolicyName, unknown>>>;
  /** The resources that it comes of, for those who know the mesh behind the configuration; else empty. */
  readonly causes: readonly Cause[];
  readonly nearMisses: readonly NearMiss[];
  /** What will go wrong further on. */
  readonly warnings: readonly string[];
}
