import { createRegistry, fromJson, type JsonObject } from '@bufbuild/protobuf';
import { ClusterSchema } from '@flotilla/envoy-api/envoy/config/cluster/v3/cluster_pb.js';
import { ListenerSchema } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_pb.js';
import { RouterSchema } from '@flotilla/envoy-api/envoy/extensions/filters/http/router/v3/router_pb.js';
import { HttpConnectionManagerSchema } from '@flotilla/envoy-api/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js';
import { DownstreamTlsContextSchema } from '@flotilla/envoy-api/envoy/extensions/transport_sockets/tls/v3/tls_pb.js';
import { secret } from '../static-cluster.ts';
import type { ProxyConfiguration } from './test-control-plane.ts';

const registry = createRegistry(RouterSchema, HttpConnectionManagerSchema, DownstreamTlsContextSchema);

/** One listener with the mesh's mTLS at `address:port`, in front of an application at `127.0.0.1:appPort`. */
export function mutualTlsConfiguration({ address, port, appPort }: { readonly address: string; readonly port: number; readonly appPort: number }): ProxyConfiguration {
  const cluster: JsonObject = {
    name: 'app',
    type: 'STATIC',
    load_assignment: { cluster_name: 'app', endpoints: [{ lb_endpoints: [{ endpoint: { address: socket('127.0.0.1', appPort) } }] }] },
  };
  const manager: JsonObject = {
    '@type': `type.googleapis.com/${HttpConnectionManagerSchema.typeName}`,
    stat_prefix: 'inbound',
    route_config: { virtual_hosts: [{ name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'app' } }] }] },
    http_filters: [{ name: 'router', typed_config: { '@type': `type.googleapis.com/${RouterSchema.typeName}` } }],
  };
  const tls: JsonObject = {
    '@type': `type.googleapis.com/${DownstreamTlsContextSchema.typeName}`,
    require_client_certificate: true,
    common_tls_context: { tls_certificate_sds_secret_configs: [secret('default')], validation_context_sds_secret_config: secret('ROOTCA') },
  };
  const listener: JsonObject = {
    name: `${address}_${port}`,
    address: socket(address, port),
    filter_chains: [{ filters: [{ name: 'http', typed_config: manager }], transport_socket: { name: 'tls', typed_config: tls } }],
  };
  return { listeners: [fromJson(ListenerSchema, listener, { registry })], clusters: [fromJson(ClusterSchema, cluster)] };
}

function socket(address: string, port: number): JsonObject {
  return { socket_address: { address, port_value: port } };
}
