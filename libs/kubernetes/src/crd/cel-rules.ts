import type { KindName } from '@flotilla/resources';

/** A rule that the API server evaluates itself; https://kubernetes.io/docs/reference/using-api/cel/ */
export interface CelRule {
  readonly rule: string;
  readonly message: string;
}

/** Rules by the path of the object that they are about, as `spec.servers[]`; the resource itself is the empty path. */
export type CelRules = Readonly<Record<string, readonly CelRule[]>>;

const some = (list: string): string => `(has(self.${list}) && size(self.${list}) > 0)`;
const none = (list: string): string => `(!has(self.${list}) || size(self.${list}) == 0)`;
const anyOf = (...conditions: readonly string[]): string => conditions.join(' || ');
const allOf = (...conditions: readonly string[]): string => conditions.join(' && ');

/**
 * What of the validation in `libs/resources` the API server can check by itself at little cost, so that it holds
 * while Galley is away too. Rules within lists of any length must stay small: the server reckons with the longest.
 */
const rules: Readonly<Partial<Record<KindName, CelRules>>> = {
  VirtualService: {
    spec: [
      { rule: anyOf(some('http'), some('tls'), some('tcp')), message: 'must have routes: http, tls or tcp' },
      { rule: anyOf(some('hosts'), allOf(none('gateways'), none('tls'), none('tcp'))), message: 'gateways, tls and tcp cannot be given without hosts, which makes this a delegate of other VirtualServices' },
    ],
  },
  DestinationRule: {
    spec: [
      { rule: 'size(self.host) > 0', message: 'host must not be empty' },
      { rule: anyOf('!has(self.workloadSelector)', '!has(self.exportTo)', 'size(self.exportTo) <= 1'), message: 'exportTo must have one entry only where there is a workloadSelector' },
    ],
  },
  Gateway: {
    '': [{ rule: "!self.metadata.name.contains('.')", message: 'the name cannot have dots, for VirtualServices name gateways as namespace/name' }],
    'spec.servers[]': [{ rule: anyOf("!(self.port.protocol in ['HTTPS', 'TLS'])", 'has(self.tls)'), message: 'tls is required for protocols HTTPS and TLS' }],
  },
  ServiceEntry: {
    spec: [
      { rule: 'size(self.hosts) > 0', message: 'must have at least one host' },
      { rule: '!(has(self.workloadSelector) && has(self.endpoints))', message: 'endpoints cannot be given together with workloadSelector' },
      { rule: anyOf("(has(self.resolution) && self.resolution != 'NONE')", none('endpoints')), message: 'endpoints cannot be given where resolution is NONE' },
      { rule: anyOf('!has(self.resolution)', "self.resolution != 'DNS_ROUND_ROBIN'", '!has(self.endpoints)', 'size(self.endpoints) <= 1'), message: 'resolution DNS_ROUND_ROBIN looks up one endpoint at most' },
      {
        rule: anyOf('!has(self.resolution)', "self.resolution != 'DYNAMIC_DNS'", `(${allOf(none('addresses'), none('endpoints'), '!has(self.workloadSelector)')})`),
        message: 'addresses, endpoints and workloadSelector cannot be given where resolution is DYNAMIC_DNS',
      },
    ],
  },
  WorkloadEntry: {
    spec: [
      { rule: anyOf(some('address'), some('network')), message: 'address is required where there is no network' },
      { rule: anyOf('!has(self.address)', "!self.address.startsWith('unix://')", none('ports')), message: 'ports cannot be given for a unix socket' },
    ],
  },
  WorkloadGroup: {
    'spec.probe': [{ rule: anyOf('has(self.httpGet)', 'has(self.tcpSocket)', 'has(self.exec)', 'has(self.grpc)'), message: 'must say how to find out: by httpGet, tcpSocket, exec or grpc' }],
  },
  Sidecar: {
    spec: [{ rule: anyOf(some('ingress'), some('egress'), 'has(self.inboundConnectionPool)', 'has(self.outboundTrafficPolicy)'), message: 'must say something: ingress, egress, inboundConnectionPool or outboundTrafficPolicy' }],
    'spec.outboundTrafficPolicy': [
      { rule: anyOf('!has(self.egressProxy)', "(has(self.mode) && self.mode == 'ALLOW_ANY')"), message: 'egressProxy can be given in mode ALLOW_ANY only' },
      { rule: anyOf('!has(self.egressProxy)', 'has(self.egressProxy.port)'), message: 'egressProxy must have a port' },
    ],
  },
  PeerAuthentication: {
    spec: [
      { rule: anyOf('!has(self.portLevelMtls)', 'size(self.portLevelMtls) > 0'), message: 'portLevelMtls must have at least one port' },
      { rule: anyOf('!has(self.portLevelMtls)', '(has(self.selector) && has(self.selector.matchLabels) && size(self.selector.matchLabels) > 0)'), message: 'portLevelMtls can be given only for workloads selected by labels' },
    ],
  },
  EnvoyFilter: {
    spec: [{ rule: anyOf('!has(self.workloadSelector)', none('targetRefs')), message: 'targetRefs cannot be given together with workloadSelector' }],
    'spec.configPatches[].patch': [{ rule: anyOf("self.operation == 'REMOVE'", 'has(self.value)'), message: 'value is required for every operation but REMOVE' }],
  },
  MeshConfig: {
    '': [{ rule: "self.metadata.name == 'default'", message: 'there is one MeshConfig, named default' }],
  },
  DenyList: {
    'spec.rules[]': [{ rule: anyOf('has(self.methods)', 'has(self.paths)', 'has(self.headers)', 'has(self.sourcePrincipals)', 'has(self.sourceNamespaces)'), message: 'must have a condition, or it would refuse every request' }],
  },
};

/** The rules of a kind. */
export function celRules(kind: KindName): CelRules {
  return rules[kind] ?? {};
}
