import type { DefaultProxyConfig, HTTPRetry, LocalityLoadBalancerSetting, MeshNetworks, TCPSettings, TLSConfig, TrafficPolicy, ZoneAwareLoadBalancerSetting } from '@flotilla/resources';
import type { MutualTlsMode } from './mutual-tls.ts';

/** What holds for the whole mesh: what Pilot is started with, and what a MeshConfig resource says instead. */
export interface MeshConfig {
  /** The trust domain of every identity: `spiffe://<trustDomain>/ns/<namespace>/sa/<service account>`. */
  readonly trustDomain: string;
  /** Others, whose identities count for the same as those of `trustDomain`. */
  readonly trustDomainAliases: readonly string[];
  /** The namespace whose rules hold everywhere. */
  readonly rootNamespace: string;
  /** The suffix of a service's full name: `<name>.<namespace>.<domainSuffix>`. */
  readonly domainSuffix: string;
  /** The load balancer of services for which no DestinationRule names one. */
  readonly defaultLoadBalancer: 'RANDOM' | 'ROUND_ROBIN' | 'LEAST_REQUEST';
  /** How workloads let themselves be called where no PeerAuthentication says so; with DISABLE clients speak plain text too. */
  readonly mtlsMode: MutualTlsMode;
  /** What of DestinationRules' traffic policies holds where they do not say it. */
  readonly defaultPolicy: Pick<TrafficPolicy, 'connectionPool' | 'outlierDetection'>;
  /** Whether clients speak mTLS to endpoints with a sidecar where no DestinationRule says how. */
  readonly autoMtls: boolean;
  /** What happens to traffic for hosts that no service has; with dynamic DNS, requests go to where their host is, whatever address they were for. */
  readonly outboundTrafficPolicy: 'ALLOW_ANY' | 'ALLOW_ANY_DYNAMIC_DNS' | 'REGISTRY_ONLY';
  /** How long a new connection to an endpoint may take, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** Of connections to endpoints for which no DestinationRule has its own. */
  readonly tcpKeepalive?: TCPSettings['tcpKeepalive'];
  /** The namespaces that resources without `exportTo` are there for, by kind. */
  readonly defaultExportTo: Readonly<Record<'service' | 'virtualService' | 'destinationRule', readonly string[]>>;
  /** Retries of routes that have none of their own; without it, two for what failed before it was answered. */
  readonly defaultRetries?: HTTPRetry;
  /** Whether HTTP/1.1 is sent to services as HTTP/2 where no DestinationRule says so. */
  readonly h2Upgrade: boolean;
  /** How often names are looked up again that do not say how long they hold, in milliseconds. */
  readonly dnsRefreshRateMs: number;
  /** Whether gateways offer HTTP/3 beside HTTPS. */
  readonly quicListeners: boolean;
  /** What is made of paths before they are matched. */
  readonly pathNormalization: 'NONE' | 'BASE' | 'MERGE_SLASHES' | 'DECODE_AND_MERGE_SLASHES';
  /** How requests are spread over localities where no DestinationRule says so. */
  readonly localityBalancing?: LocalityLoadBalancerSetting;
  /** How clients keep to their own zone where no DestinationRule says so; stands before `localityBalancing`. */
  readonly zoneAwareness?: ZoneAwareLoadBalancerSetting;
  /** How long a proxy waits for what tells it a connection's protocol, in milliseconds; 0 is for ever. Envoy's own default when absent. */
  readonly protocolDetectionTimeoutMs?: number;
  /** Where intercepted connections to a known port go: to where they were going, or to the loopback address. */
  readonly inboundTraffic: 'PASSTHROUGH' | 'LOCALHOST';
  /** mTLS between workloads. */
  readonly meshTls: Pick<TLSConfig, 'minProtocolVersion' | 'cipherSuites'>;
  /** All other TLS, where no Gateway says otherwise. */
  readonly tlsDefaults: Pick<TLSConfig, 'ecdhCurves' | 'cipherSuites'>;
  /** How the statistics of clusters are called, with `%SERVICE%` and the like for what differs; as the cluster when absent. */
  readonly statNames: { readonly inbound?: string; readonly outbound?: string };
  /** How proxies are run for which no ProxyConfig says otherwise. */
  readonly proxies: DefaultProxyConfig;
  /** Where every proxy logs requests and connections, beside what it tells Mixer. */
  readonly accessLog?: AccessLogFile;
  /** Networks, and the ways into them, beside what endpoints and services say themselves. */
  readonly networks: MeshNetworks;
}

/** A file of access logs. */
export interface AccessLogFile {
  readonly path: string;
  /** A line of text in Envoy's commands, Istio's where it is empty; or the fields of a JSON object, Istio's where there are none. */
  readonly format: string | { readonly fields?: Readonly<Record<string, JsonValue>> };
}

type JsonValue = string | number | boolean | null | JsonValue[] | { [name: string]: JsonValue };

const everyone = ['*'];

export const defaultMeshConfig: MeshConfig = {
  trustDomain: 'cluster.local',
  trustDomainAliases: [],
  rootNamespace: 'istio-system',
  domainSuffix: 'svc.cluster.local',
  defaultLoadBalancer: 'RANDOM',
  defaultPolicy: {},
  mtlsMode: 'STRICT',
  autoMtls: true,
  outboundTrafficPolicy: 'ALLOW_ANY',
  connectTimeoutMs: 10_000,
  defaultExportTo: { service: everyone, virtualService: everyone, destinationRule: everyone },
  h2Upgrade: false,
  dnsRefreshRateMs: 60_000,
  quicListeners: false,
  pathNormalization: 'BASE',
  inboundTraffic: 'PASSTHROUGH',
  meshTls: {},
  tlsDefaults: {},
  statNames: {},
  proxies: {},
  networks: {},
};
