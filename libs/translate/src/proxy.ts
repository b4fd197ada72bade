/** What is known of one Envoy from its node. */
export interface ProxyDescription {
  /** The node id, `sidecar~<ip>~<workload>.<namespace>~<namespace>.svc.cluster.local`. */
  readonly id: string;
  readonly type: 'sidecar' | 'gateway';
  readonly namespace: string;
  readonly serviceAccount?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ipAddresses: readonly string[];
  readonly interception: 'REDIRECT' | 'NONE';
  /** Where applications without interception send their requests; with NONE only. */
  readonly httpProxyPort?: number;
  /** Where the application listens (`127.0.0.1:29083`), by the port its sidecar serves for it. */
  readonly appEndpoints: Readonly<Record<number, string>>;
  /** The address that a gateway's listeners bind; all addresses when absent. */
  readonly bind?: string;
  /** The cluster, known to the proxy's bootstrap, that takes access logs and policy checks. */
  readonly mixerCluster?: string;
}
