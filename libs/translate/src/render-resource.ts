import { createRegistry, fromBinary, toJson, type JsonValue } from '@bufbuild/protobuf';
import { ClusterSchema } from '@flotilla/envoy-api/envoy/config/cluster/v3/cluster_pb.js';
import { ClusterLoadAssignmentSchema } from '@flotilla/envoy-api/envoy/config/endpoint/v3/endpoint_pb.js';
import { ListenerSchema } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_pb.js';
import { VirtualHostSchema } from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import { RouteConfigurationSchema } from '@flotilla/envoy-api/envoy/config/route/v3/route_pb.js';
import { file_envoy_extensions_access_loggers_grpc_v3_als as accessLogs } from '@flotilla/envoy-api/envoy/extensions/access_loggers/grpc/v3/als_pb.js';
import { file_envoy_extensions_clusters_dynamic_forward_proxy_v3_cluster as forwardProxyCluster } from '@flotilla/envoy-api/envoy/extensions/clusters/dynamic_forward_proxy/v3/cluster_pb.js';
import { file_envoy_extensions_filters_http_cors_v3_cors as cors } from '@flotilla/envoy-api/envoy/extensions/filters/http/cors/v3/cors_pb.js';
import { file_envoy_extensions_filters_http_dynamic_forward_proxy_v3_dynamic_forward_proxy as forwardProxyFilter } from '@flotilla/envoy-api/envoy/extensions/filters/http/dynamic_forward_proxy/v3/dynamic_forward_proxy_pb.js';
import { file_envoy_extensions_filters_http_ext_authz_v3_ext_authz as extAuthz } from '@flotilla/envoy-api/envoy/extensions/filters/http/ext_authz/v3/ext_authz_pb.js';
import { file_envoy_extensions_filters_http_fault_v3_fault as fault } from '@flotilla/envoy-api/envoy/extensions/filters/http/fault/v3/fault_pb.js';
import { file_envoy_extensions_filters_http_grpc_web_v3_grpc_web as grpcWeb } from '@flotilla/envoy-api/envoy/extensions/filters/http/grpc_web/v3/grpc_web_pb.js';
import { file_envoy_extensions_filters_http_router_v3_router as router } from '@flotilla/envoy-api/envoy/extensions/filters/http/router/v3/router_pb.js';
import { file_envoy_extensions_filters_listener_http_inspector_v3_http_inspector as httpInspector } from '@flotilla/envoy-api/envoy/extensions/filters/listener/http_inspector/v3/http_inspector_pb.js';
import { file_envoy_extensions_filters_listener_original_dst_v3_original_dst as originalDst } from '@flotilla/envoy-api/envoy/extensions/filters/listener/original_dst/v3/original_dst_pb.js';
import { file_envoy_extensions_filters_listener_tls_inspector_v3_tls_inspector as tlsInspector } from '@flotilla/envoy-api/envoy/extensions/filters/listener/tls_inspector/v3/tls_inspector_pb.js';
import { file_envoy_extensions_filters_network_http_connection_manager_v3_http_connection_manager as http } from '@flotilla/envoy-api/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js';
import { file_envoy_extensions_filters_network_tcp_proxy_v3_tcp_proxy as tcp } from '@flotilla/envoy-api/envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy_pb.js';
import { file_envoy_extensions_retry_host_previous_hosts_v3_previous_hosts as previousHosts } from '@flotilla/envoy-api/envoy/extensions/retry/host/previous_hosts/v3/previous_hosts_pb.js';
import { file_envoy_extensions_retry_priority_previous_priorities_v3_previous_priorities_config as previousPriorities } from '@flotilla/envoy-api/envoy/extensions/retry/priority/previous_priorities/v3/previous_priorities_config_pb.js';
import { file_envoy_extensions_transport_sockets_proxy_protocol_v3_upstream_proxy_protocol as proxyProtocol } from '@flotilla/envoy-api/envoy/extensions/transport_sockets/proxy_protocol/v3/upstream_proxy_protocol_pb.js';
import { file_envoy_extensions_transport_sockets_raw_buffer_v3_raw_buffer as rawBuffer } from '@flotilla/envoy-api/envoy/extensions/transport_sockets/raw_buffer/v3/raw_buffer_pb.js';
import { file_envoy_extensions_transport_sockets_tls_v3_tls as tls } from '@flotilla/envoy-api/envoy/extensions/transport_sockets/tls/v3/tls_pb.js';
import { file_envoy_extensions_upstreams_http_v3_http_protocol_options as httpProtocol } from '@flotilla/envoy-api/envoy/extensions/upstreams/http/v3/http_protocol_options_pb.js';
import { typeUrls } from './envoy-resource.ts';

const schemas = {
  [typeUrls.cluster]: ClusterSchema,
  [typeUrls.endpoint]: ClusterLoadAssignmentSchema,
  [typeUrls.listener]: ListenerSchema,
  [typeUrls.route]: RouteConfigurationSchema,
  [typeUrls.virtualHost]: VirtualHostSchema,
} as const;

/** Every type that a translation packs into another. */
const registry = createRegistry(
  accessLogs, forwardProxyCluster, cors, forwardProxyFilter, extAuthz, fault, grpcWeb, router, httpInspector, originalDst, tlsInspector,
  http, tcp, previousHosts, previousPriorities, proxyProtocol, rawBuffer, tls, httpProtocol,
);

/**
 * A resource as people read it: protobuf's JSON, with packed messages unpacked.
 *
 * @param typeUrl one of `typeUrls`
 * @throws RangeError for any other type
 */
export function renderResource(typeUrl: string, bytes: Uint8Array): JsonValue {
  const schema = Object.entries(schemas).find(([url]) => url === typeUrl)?.[1];
  if (schema === undefined) throw new RangeError(`no resource of type ${typeUrl} is translated here`);
  return toJson(schema, fromBinary(schema, bytes), { registry, useProtoFieldName: true });
}
