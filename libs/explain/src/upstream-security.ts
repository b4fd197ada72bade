import { anyUnpack } from '@bufbuild/protobuf/wkt';
import type { Cluster } from '@flotilla/envoy-api/envoy/config/cluster/v3/cluster_pb.js';
import type { TransportSocket } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import type { LbEndpoint } from '@flotilla/envoy-api/envoy/config/endpoint/v3/endpoint_components_pb.js';
import { ProxyProtocolUpstreamTransportSchema } from '@flotilla/envoy-api/envoy/extensions/transport_sockets/proxy_protocol/v3/upstream_proxy_protocol_pb.js';
import { UpstreamTlsContextSchema } from '@flotilla/envoy-api/envoy/extensions/transport_sockets/tls/v3/tls_pb.js';

/** How a proxy speaks with an endpoint; with mTLS it shows a certificate of its own. */
export type UpstreamSecurity = 'plain text' | 'TLS' | 'mTLS';

/** What a cluster secures the connections to one of its endpoints by; of an unknown one, those to whatever address. */
export function upstreamSecurity({ transportSocketMatches, transportSocket }: Cluster, endpoint?: LbEndpoint): UpstreamSecurity {
  const labels = endpoint?.metadata?.filterMetadata['envoy.transport_socket_match'] ?? {};
  const chosen = transportSocketMatches.find(({ match = {} }) => Object.entries(match).every(([label, value]) => labels[label] === value));
  return securityOf(chosen?.transportSocket ?? transportSocket);
}

function securityOf(socket: TransportSocket | undefined): UpstreamSecurity {
  if (socket?.configType.case !== 'typedConfig') return 'plain text';
  const config = socket.configType.value;
  const announced = anyUnpack(config, ProxyProtocolUpstreamTransportSchema);
  if (announced !== undefined) return securityOf(announced.transportSocket);
  const tls = anyUnpack(config, UpstreamTlsContextSchema);
  if (tls === undefined) return 'plain text';
  const { tlsCertificates = [], tlsCertificateSdsSecretConfigs = [] } = tls.commonTlsContext ?? {};
  return tlsCertificates.length > 0 || tlsCertificateSdsSecretConfigs.length > 0 ? 'mTLS' : 'TLS';
}
