import { isIP } from 'node:net';
import type { JsonObject } from '@bufbuild/protobuf';

const secretClusterName = 'sds-grpc';

const http2 = {
  'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
    '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
    explicit_http_config: { http2_protocol_options: {} },
  },
};

/** As http2, noticing a control plane that went away without a word. */
const http2WithPings = {
  'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
    '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
    explicit_http_config: { http2_protocol_options: { connection_keepalive: { interval: '30s', timeout: '10s' } } },
  },
};

/** The agent, which hands out the workload's certificate over its unix socket. */
export function secretCluster(socket: string): JsonObject {
  return {
    name: secretClusterName,
    type: 'STATIC',
    connect_timeout: '1s',
    typed_extension_protocol_options: http2,
    load_assignment: assignment(secretClusterName, { pipe: { path: socket } }),
  };
}

/**
 * A service of the control plane, over mTLS with the workload's certificate; it must prove `spiffeId`. Of several
 * addresses one is taken in turns, so that a stream that breaks is tried anew elsewhere.
 */
export function controlPlaneCluster({ name, addresses, spiffeId }: { readonly name: string; readonly addresses: readonly string[]; readonly spiffeId: string }): JsonObject {
  const places = addresses.map(placeOf);
  const overIpv6 = places.every(({ host }) => isIP(host) === 6);
  return {
    name,
    type: places.some(({ host }) => isIP(host) === 0) ? 'STRICT_DNS' : 'STATIC',
    connect_timeout: '2s',
    typed_extension_protocol_options: http2WithPings,
    // The workload's address may be a loopback one, from which no other machine is reached.
    upstream_bind_config: { source_address: { address: overIpv6 ? '::' : '0.0.0.0', port_value: 0 } },
    circuit_breakers: { thresholds: [{ priority: 'DEFAULT', max_connections: 100_000, max_pending_requests: 100_000, max_requests: 100_000 }] },
    load_assignment: assignment(name, ...addresses.map(socketAddress)),
    transport_socket: {
      name: 'envoy.transport_sockets.tls',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
        common_tls_context: {
          tls_params: { tls_minimum_protocol_version: 'TLSv1_2', tls_maximum_protocol_version: 'TLSv1_3' },
          alpn_protocols: ['h2'],
          tls_certificate_sds_secret_configs: [secret('default')],
          combined_validation_context: {
            default_validation_context: { match_typed_subject_alt_names: [{ san_type: 'URI', matcher: { exact: spiffeId } }] },
            validation_context_sds_secret_config: secret('ROOTCA'),
          },
        },
      },
    },
  };
}

/** Where what Pilot says comes from: the one stream to it, waited for as long as it takes. */
export const fromPilot = { ads: {}, initial_fetch_timeout: '0s', resource_api_version: 'V3' };

/** The workloads that serve what this one serves; Pilot says who they are. Envoy never calls them: it counts how many are in its own zone. */
export const peerCluster = {
  name: 'local_cluster',
  type: 'EDS',
  connect_timeout: '1s',
  eds_cluster_config: { eds_config: fromPilot },
};

/** A stream that is opened again soon after its server came back: Envoy's own limit is half a minute. */
export function streamTo(cluster: string): JsonObject {
  return { envoy_grpc: { cluster_name: cluster, retry_policy: { retry_back_off: { base_interval: '0.25s', max_interval: '5s' } } } };
}

function placeOf(address: string): { readonly host: string; readonly port: number } {
  const [, host = '', port = ''] = /^\[?([^\]]+)\]?:(\d+)$/.exec(address) ?? [];
  return { host, port: Number(port) };
}

/** A `host:port` as Envoy writes it. */
export function socketAddress(address: string): JsonObject {
  const { host, port } = placeOf(address);
  return { socket_address: { address: host, port_value: port } };
}

function assignment(clusterName: string, ...addresses: readonly JsonObject[]): JsonObject {
  return { cluster_name: clusterName, endpoints: [{ lb_endpoints: addresses.map((address) => ({ endpoint: { address } })) }] };
}

/** Where Envoy gets the secret of this name from. */
export function secret(name: string): JsonObject {
  return {
    name,
    sds_config: {
      resource_api_version: 'V3',
      initial_fetch_timeout: '0s',
      api_config_source: {
        api_type: 'GRPC',
        transport_api_version: 'V3',
        set_node_on_first_message_only: true,
        grpc_services: [streamTo(secretClusterName)],
      },
    },
  };
}
