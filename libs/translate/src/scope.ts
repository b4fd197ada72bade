/** Everything of a proxy that makes a difference to what it shares with others. */
export interface Scope {
  /** Proxies with an equal key share every byte of `translateScope`. */
  readonly key: string;
  readonly type: 'sidecar' | 'gateway';
  readonly namespace: string;
  /** For sidecars, only those labels that some rule asks callers for. */
  readonly labels: Readonly<Record<string, string>>;
  readonly interception: 'REDIRECT' | 'NONE';
  readonly bind?: string;
  readonly mixerCluster?: string;
}
