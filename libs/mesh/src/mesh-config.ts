/** What holds for the whole mesh; from Pilot's settings. */
export interface MeshConfig {
  /** The trust domain of every identity: `spiffe://<trustDomain>/ns/<namespace>/sa/<service account>`. */
  readonly trustDomain: string;
  /** The namespace whose rules hold everywhere. */
  readonly rootNamespace: string;
  /** The suffix of a service's full name: `<name>.<namespace>.<domainSuffix>`. */
  readonly domainSuffix: string;
  /** The load balancer of services for which no DestinationRule names one. */
  readonly defaultLoadBalancer: 'RANDOM' | 'ROUND_ROBIN' | 'LEAST_REQUEST';
  /** STRICT: a workload's ports take mTLS only. DISABLE: plain text only, both ways. */
  readonly mtlsMode: 'STRICT' | 'DISABLE';
  /** What happens to traffic for hosts that no service has. */
  readonly outboundTrafficPolicy: 'ALLOW_ANY' | 'REGISTRY_ONLY';
  /** How long a new connection to an endpoint may take, in milliseconds. */
  readonly connectTimeoutMs: number;
}

export const defaultMeshConfig: MeshConfig = {
  trustDomain: 'cluster.local',
  rootNamespace: 'istio-system',
  domainSuffix: 'svc.cluster.local',
  defaultLoadBalancer: 'RANDOM',
  mtlsMode: 'STRICT',
  outboundTrafficPolicy: 'ALLOW_ANY',
  connectTimeoutMs: 10_000,
};
