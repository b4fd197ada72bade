/**
 * Where a proxy is with one type of resource: `SYNCED`, it acknowledged all there is; `STALE`, something is still to be
 * sent or acknowledged; `NACKED`, it refused something and keeps the last good version of that; `NOT_SENT`, it has been
 * sent nothing.
 */
export type SyncState = 'SYNCED' | 'STALE' | 'NACKED' | 'NOT_SENT';

/** A refusal by a proxy. */
export interface Refusal {
  /** What the proxy said. */
  readonly reason: string;
  /** The resources that are refused, as far as the reason names them. */
  readonly names: readonly string[];
  /** The version of each of them that is refused, where it was in the response. */
  readonly versions: Readonly<Record<string, string>>;
  /** The configuration revision that held what was refused, and the first of those whose changes it held. */
  readonly revision: number;
  readonly since: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

/** Where a proxy is with one type of resource. */
export interface TypeStatus {
  readonly typeUrl: string;
  readonly state: SyncState;
  /** Whether it subscribed to all there is, besides what it names. */
  readonly wildcard: boolean;
  /** How many resources it names. */
  readonly subscribed: number;
  /** The configuration revision of the last response sent and of the last acknowledged; 0 for none. */
  readonly sentRevision: number;
  readonly ackedRevision: number;
  /** The refusals still in force: each ends when the proxy accepts what it refused, or that is removed. */
  readonly refusals: readonly Refusal[];
}

/** One proxy that is connected, as `GET /v1/proxies` shows it. */
export interface ProxyStatus {
  /** Envoy's node id. */
  readonly id: string;
  readonly cluster: string;
  /** `envoy 1.40.0`, as far as it told. */
  readonly userAgent: string;
  /** Address and port of the other side, and the identity that its certificate proves. */
  readonly peer: string;
  readonly peerSpiffeId?: string;
  readonly protocol: 'delta' | 'sotw';
  /** Milliseconds since the Unix epoch. */
  readonly connectedAt: number;
  /** The key of the scope that it sees. */
  readonly scope: string;
  /** The worst of its types' states. */
  readonly state: SyncState;
  /** All that changed up to this revision has been answered, by acknowledgement or refusal. */
  readonly answeredRevision: number;
  /** Clusters whose endpoints it has yet to take in, though what was sent after them waited long for that; ten at most. */
  readonly warming: readonly string[];
  readonly types: readonly TypeStatus[];
}

/** What a proxy made of what it was sent, as far as statuses of the configuration depend on it. */
export interface ProxyStanding {
  /** Envoy's node id. */
  readonly id: string;
  /** All that changed up to this revision has been answered; 0 until the proxy has answered all that it was first sent. */
  readonly answeredRevision: number;
  /** The refusals still in force. */
  readonly refusals: readonly (Refusal & { readonly typeUrl: string })[];
}

/** How far a revision has come. Every proxy connected is in one of the lists, by its node id. */
export interface Progress {
  readonly revision: number;
  /** Took in all that concerns them. */
  readonly acked: readonly string[];
  /** Answered, but refuse something. */
  readonly nacked: readonly string[];
  /** Have not answered yet. */
  readonly waiting: readonly string[];
}
