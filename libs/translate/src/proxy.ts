import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import type { Locality, Node } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import { FlotillaError } from '@flotilla/errors';
import { localityLabels, networkLabel } from '@flotilla/mesh';
import { clientCertDetails, type GatewayTopology } from '@flotilla/resources';

/** `proxyless` stands for gRPC clients that go by xDS themselves. */
export type ProxyType = 'sidecar' | 'gateway' | 'proxyless';

/** What is known of one Envoy, or of a client without one, from its node. */
export interface ProxyDescription {
  /** The node id, `sidecar~<ip>~<workload>.<namespace>~<namespace>.svc.cluster.local`. */
  readonly id: string;
  readonly type: ProxyType;
  readonly namespace: string;
  readonly serviceAccount?: string;
  /** Its own, and those that say where it is. */
  readonly labels: Readonly<Record<string, string>>;
  readonly ipAddresses: readonly string[];
  readonly interception: 'REDIRECT' | 'NONE';
  /** Where applications without interception send their requests; with NONE only. */
  readonly httpProxyPort?: number;
  /** Where the application listens (`127.0.0.1:29083`), by the port its sidecar serves for it. */
  readonly appEndpoints: Readonly<Record<number, string>>;
  /** Of the software around Envoy, as Istio's `ISTIO_VERSION` says it. */
  readonly version?: string;
  /** What else its node says of it in plain texts; EnvoyFilters may ask for it. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Whether the sidecar answers its application's DNS queries, with automatic addresses for services that have no others. */
  readonly dnsCapture?: boolean;
  /** The address that a gateway's listeners bind; all addresses when absent. */
  readonly bind?: string;
  /** The cluster, known to the proxy's bootstrap, that takes access logs and policy checks. */
  readonly mixerCluster?: string;
  /** What stands before a gateway; as the mesh says when absent. */
  readonly gatewayTopology?: GatewayTopology;
  /** Asks who its peers are, the workloads behind its own services: by them it can tell what share of its zone's load is its own. */
  readonly knowsPeers?: boolean;
  /** Takes its virtual hosts one by one (VHDS); when absent, each route configuration whole. */
  readonly discoversVirtualHosts?: boolean;
}

/** What is asked of a node. */
export type NodeDescription = Pick<Node, 'id' | 'metadata'> & { readonly locality?: Pick<Locality, 'region' | 'zone' | 'subZone'> | undefined };

const types: Readonly<Record<string, ProxyType>> = { sidecar: 'sidecar', router: 'gateway' };

/**
 * What a proxy's node says of it; without Flotilla's or Istio's metadata it is taken for a pod's
 * with interception.
 *
 * @param protocol of its stream: only delta ones carry virtual hosts one by one, and a client that does not know
 *   VHDS says `FLOTILLA_VHDS: false`
 * @throws FlotillaError MALFORMED_REQUEST for a node id that is not of Istio's form
 */
export function proxyFromNode(node: NodeDescription, protocol: 'delta' | 'sotw' = 'sotw'): ProxyDescription {
  const [role = '', ip = '', workload = '', domain = '', ...more] = node.id.split('~');
  const known = types[role];
  if (known === undefined || ip === '' || workload === '' || domain === '' || more.length > 0) {
    throw new FlotillaError('MALFORMED_REQUEST', `"${node.id}" is not a node id of the form sidecar~<ip>~<workload>.<namespace>~<namespace>.svc.cluster.local, or router~...`);
  }
  const metadata = node.metadata ?? {};
  const type = metadata['GENERATOR'] === 'grpc' ? 'proxyless' : known;
  const serviceAccount = text(metadata['SERVICE_ACCOUNT']);
  const httpProxyPort = Number(text(metadata['HTTP_PROXY_PORT']));
  const bind = text(metadata['FLOTILLA_BIND']);
  const mixerCluster = text(metadata['FLOTILLA_MIXER_CLUSTER']);
  const version = text(metadata['ISTIO_VERSION']);
  const vhds = metadata['FLOTILLA_VHDS'];
  return {
    id: node.id,
    type,
    namespace: text(metadata['NAMESPACE']) ?? domain.split('.')[0] ?? '',
    ...(serviceAccount === undefined ? {} : { serviceAccount }),
    labels: { ...whereabouts(node), ...texts(metadata['LABELS']) },
    ipAddresses: text(metadata['INSTANCE_IPS'])?.split(',').map((address) => address.trim()) ?? [ip],
    interception: metadata['INTERCEPTION_MODE'] === 'NONE' ? 'NONE' : 'REDIRECT',
    ...(Number.isInteger(httpProxyPort) && httpProxyPort > 0 ? { httpProxyPort } : {}),
    appEndpoints: texts(metadata['FLOTILLA_APP_ENDPOINTS']),
    ...(version === undefined ? {} : { version }),
    metadata: texts(metadata),
    ...(flag(metadata['DNS_CAPTURE']) ? { dnsCapture: true } : {}),
    ...(flag(metadata['ENABLE_SELF_DISCOVERY']) ? { knowsPeers: true } : {}),
    ...(bind === undefined ? {} : { bind }),
    ...(mixerCluster === undefined ? {} : { mixerCluster }),
    ...(isObject(metadata['PROXY_CONFIG']) ? { gatewayTopology: topologyIn(metadata['PROXY_CONFIG']) } : {}),
    ...(type !== 'proxyless' && protocol === 'delta' && vhds !== false && vhds !== 'false' ? { discoversVirtualHosts: true } : {}),
  };
}

/** What a node says of the place and network it is in, as labels. */
function whereabouts({ metadata, locality }: NodeDescription): Record<string, string> {
  const network = text(metadata?.['NETWORK']);
  const place = locality === undefined ? '' : [locality.region, locality.zone, locality.subZone].join('/');
  return { ...localityLabels(place), ...(network === undefined ? {} : { [networkLabel]: network }) };
}

/** What a proxy's own settings say of it, as Istio's proxies send them. */
function topologyIn({ gatewayTopology }: JsonObject): GatewayTopology {
  const { numTrustedProxies, forwardClientCertDetails, proxyProtocol } = isObject(gatewayTopology) ? gatewayTopology : {};
  const details = clientCertDetails.find((known) => known === forwardClientCertDetails);
  return {
    ...(typeof numTrustedProxies === 'number' ? { numTrustedProxies } : {}),
    ...(details === undefined ? {} : { forwardClientCertDetails: details }),
    ...(isObject(proxyProtocol) ? { proxyProtocol: {} } : {}),
  };
}

function text(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** As Istio's proxies write them: in words, or as JSON has it. */
function flag(value: JsonValue | undefined): boolean {
  return value === true || value === 'true';
}

function texts(value: JsonValue | undefined): Record<string, string> {
  const map = isObject(value) ? value : {};
  return Object.fromEntries(Object.entries(map).flatMap(([key, entry]) => { const found = text(entry); return found === undefined ? [] : [[key, found]]; }));
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
