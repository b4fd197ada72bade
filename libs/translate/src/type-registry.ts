import { createRegistry } from '@bufbuild/protobuf';
import { file_envoy_extensions_access_loggers_file_v3_file as fileLogs } from '@flotilla/envoy-api/envoy/extensions/access_loggers/file/v3/file_pb.js';
import { file_envoy_extensions_access_loggers_grpc_v3_als as accessLogs } from '@flotilla/envoy-api/envoy/extensions/access_loggers/grpc/v3/als_pb.js';
import { file_envoy_extensions_access_loggers_stream_v3_stream as streamLogs } from '@flotilla/envoy-api/envoy/extensions/access_loggers/stream/v3/stream_pb.js';
import { file_envoy_extensions_clusters_dynamic_forward_proxy_v3_cluster as forwardProxyCluster } from '@flotilla/envoy-api/envoy/extensions/clusters/dynamic_forward_proxy/v3/cluster_pb.js';
import { file_envoy_extensions_compression_gzip_compressor_v3_gzip as gzip } from '@flotilla/envoy-api/envoy/extensions/compression/gzip/compressor/v3/gzip_pb.js';
import { file_envoy_extensions_filters_http_bandwidth_limit_v3_bandwidth_limit as bandwidthLimit } from '@flotilla/envoy-api/envoy/extensions/filters/http/bandwidth_limit/v3/bandwidth_limit_pb.js';
import { file_envoy_extensions_filters_http_buffer_v3_buffer as buffer } from '@flotilla/envoy-api/envoy/extensions/filters/http/buffer/v3/buffer_pb.js';
import { file_envoy_extensions_filters_http_compressor_v3_compressor as compressor } from '@flotilla/envoy-api/envoy/extensions/filters/http/compressor/v3/compressor_pb.js';
import { file_envoy_extensions_filters_http_cors_v3_cors as cors } from '@flotilla/envoy-api/envoy/extensions/filters/http/cors/v3/cors_pb.js';
import { file_envoy_extensions_filters_http_csrf_v3_csrf as csrf } from '@flotilla/envoy-api/envoy/extensions/filters/http/csrf/v3/csrf_pb.js';
import { file_envoy_extensions_filters_http_dynamic_forward_proxy_v3_dynamic_forward_proxy as forwardProxyFilter } from '@flotilla/envoy-api/envoy/extensions/filters/http/dynamic_forward_proxy/v3/dynamic_forward_proxy_pb.js';
import { file_envoy_extensions_filters_http_ext_authz_v3_ext_authz as extAuthz } from '@flotilla/envoy-api/envoy/extensions/filters/http/ext_authz/v3/ext_authz_pb.js';
import { file_envoy_extensions_filters_http_ext_proc_v3_ext_proc as extProc } from '@flotilla/envoy-api/envoy/extensions/filters/http/ext_proc/v3/ext_proc_pb.js';
import { file_envoy_extensions_filters_http_fault_v3_fault as fault } from '@flotilla/envoy-api/envoy/extensions/filters/http/fault/v3/fault_pb.js';
import { file_envoy_extensions_filters_http_grpc_stats_v3_config as grpcStats } from '@flotilla/envoy-api/envoy/extensions/filters/http/grpc_stats/v3/config_pb.js';
import { file_envoy_extensions_filters_http_grpc_web_v3_grpc_web as grpcWeb } from '@flotilla/envoy-api/envoy/extensions/filters/http/grpc_web/v3/grpc_web_pb.js';
import { file_envoy_extensions_filters_http_header_mutation_v3_header_mutation as headerMutation } from '@flotilla/envoy-api/envoy/extensions/filters/http/header_mutation/v3/header_mutation_pb.js';
import { file_envoy_extensions_filters_http_header_to_metadata_v3_header_to_metadata as headerToMetadata } from '@flotilla/envoy-api/envoy/extensions/filters/http/header_to_metadata/v3/header_to_metadata_pb.js';
import { file_envoy_extensions_filters_http_health_check_v3_health_check as healthCheck } from '@flotilla/envoy-api/envoy/extensions/filters/http/health_check/v3/health_check_pb.js';
import { file_envoy_extensions_filters_http_jwt_authn_v3_config as jwtAuthn } from '@flotilla/envoy-api/envoy/extensions/filters/http/jwt_authn/v3/config_pb.js';
import { file_envoy_extensions_filters_http_local_ratelimit_v3_local_rate_limit as httpLocalRateLimit } from '@flotilla/envoy-api/envoy/extensions/filters/http/local_ratelimit/v3/local_rate_limit_pb.js';
import { file_envoy_extensions_filters_http_lua_v3_lua as lua } from '@flotilla/envoy-api/envoy/extensions/filters/http/lua/v3/lua_pb.js';
import { file_envoy_extensions_filters_http_ratelimit_v3_rate_limit as rateLimit } from '@flotilla/envoy-api/envoy/extensions/filters/http/ratelimit/v3/rate_limit_pb.js';
import { file_envoy_extensions_filters_http_rbac_v3_rbac as httpRbac } from '@flotilla/envoy-api/envoy/extensions/filters/http/rbac/v3/rbac_pb.js';
import { file_envoy_extensions_filters_http_router_v3_router as router } from '@flotilla/envoy-api/envoy/extensions/filters/http/router/v3/router_pb.js';
import { file_envoy_extensions_filters_http_set_metadata_v3_set_metadata as setMetadata } from '@flotilla/envoy-api/envoy/extensions/filters/http/set_metadata/v3/set_metadata_pb.js';
import { file_envoy_extensions_filters_http_wasm_v3_wasm as wasm } from '@flotilla/envoy-api/envoy/extensions/filters/http/wasm/v3/wasm_pb.js';
import { file_envoy_extensions_filters_listener_http_inspector_v3_http_inspector as httpInspector } from '@flotilla/envoy-api/envoy/extensions/filters/listener/http_inspector/v3/http_inspector_pb.js';
import { file_envoy_extensions_filters_listener_original_dst_v3_original_dst as originalDst } from '@flotilla/envoy-api/envoy/extensions/filters/listener/original_dst/v3/original_dst_pb.js';
import { file_envoy_extensions_filters_listener_proxy_protocol_v3_proxy_protocol as proxyProtocolFilter } from '@flotilla/envoy-api/envoy/extensions/filters/listener/proxy_protocol/v3/proxy_protocol_pb.js';
import { file_envoy_extensions_filters_listener_tls_inspector_v3_tls_inspector as tlsInspector } from '@flotilla/envoy-api/envoy/extensions/filters/listener/tls_inspector/v3/tls_inspector_pb.js';
import { file_envoy_extensions_filters_network_connection_limit_v3_connection_limit as connectionLimit } from '@flotilla/envoy-api/envoy/extensions/filters/network/connection_limit/v3/connection_limit_pb.js';
import { file_envoy_extensions_filters_network_ext_authz_v3_ext_authz as networkExtAuthz } from '@flotilla/envoy-api/envoy/extensions/filters/network/ext_authz/v3/ext_authz_pb.js';
import { file_envoy_extensions_filters_network_http_connection_manager_v3_http_connection_manager as http } from '@flotilla/envoy-api/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js';
import { file_envoy_extensions_filters_network_local_ratelimit_v3_local_rate_limit as networkLocalRateLimit } from '@flotilla/envoy-api/envoy/extensions/filters/network/local_ratelimit/v3/local_rate_limit_pb.js';
import { file_envoy_extensions_filters_network_rbac_v3_rbac as networkRbac } from '@flotilla/envoy-api/envoy/extensions/filters/network/rbac/v3/rbac_pb.js';
import { file_envoy_extensions_filters_network_sni_cluster_v3_sni_cluster as sniCluster } from '@flotilla/envoy-api/envoy/extensions/filters/network/sni_cluster/v3/sni_cluster_pb.js';
import { file_envoy_extensions_filters_network_sni_dynamic_forward_proxy_v3_sni_dynamic_forward_proxy as sniForwardProxy } from '@flotilla/envoy-api/envoy/extensions/filters/network/sni_dynamic_forward_proxy/v3/sni_dynamic_forward_proxy_pb.js';
import { file_envoy_extensions_filters_network_tcp_proxy_v3_tcp_proxy as tcp } from '@flotilla/envoy-api/envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy_pb.js';
import { file_envoy_extensions_load_balancing_policies_client_side_weighted_round_robin_v3_client_side_weighted_round_robin as weightedRoundRobin } from '@flotilla/envoy-api/envoy/extensions/load_balancing_policies/client_side_weighted_round_robin/v3/client_side_weighted_round_robin_pb.js';
import { file_envoy_extensions_load_balancing_policies_wrr_locality_v3_wrr_locality as weightedLocalities } from '@flotilla/envoy-api/envoy/extensions/load_balancing_policies/wrr_locality/v3/wrr_locality_pb.js';
import { file_envoy_extensions_retry_host_previous_hosts_v3_previous_hosts as previousHosts } from '@flotilla/envoy-api/envoy/extensions/retry/host/previous_hosts/v3/previous_hosts_pb.js';
import { file_envoy_extensions_retry_priority_previous_priorities_v3_previous_priorities_config as previousPriorities } from '@flotilla/envoy-api/envoy/extensions/retry/priority/previous_priorities/v3/previous_priorities_config_pb.js';
import { file_envoy_extensions_transport_sockets_proxy_protocol_v3_upstream_proxy_protocol as proxyProtocol } from '@flotilla/envoy-api/envoy/extensions/transport_sockets/proxy_protocol/v3/upstream_proxy_protocol_pb.js';
import { file_envoy_extensions_transport_sockets_quic_v3_quic_transport as quic } from '@flotilla/envoy-api/envoy/extensions/transport_sockets/quic/v3/quic_transport_pb.js';
import { file_envoy_extensions_transport_sockets_raw_buffer_v3_raw_buffer as rawBuffer } from '@flotilla/envoy-api/envoy/extensions/transport_sockets/raw_buffer/v3/raw_buffer_pb.js';
import { file_envoy_extensions_transport_sockets_tls_v3_tls as tls } from '@flotilla/envoy-api/envoy/extensions/transport_sockets/tls/v3/tls_pb.js';
import { file_envoy_extensions_upstreams_http_v3_http_protocol_options as httpProtocol } from '@flotilla/envoy-api/envoy/extensions/upstreams/http/v3/http_protocol_options_pb.js';
import { file_udpa_type_v1_typed_struct as udpaTypedStruct } from '@flotilla/envoy-api/udpa/type/v1/typed_struct_pb.js';
import { file_xds_type_v3_typed_struct as typedStruct } from '@flotilla/envoy-api/xds/type/v3/typed_struct_pb.js';

/**
 * Every type that may be packed into a resource: those that a translation packs, and those that patches of users do.
 * For any other a patch may have a TypedStruct, which Envoy knows what to make of.
 */
export const typeRegistry = createRegistry(
  accessLogs, fileLogs, streamLogs, forwardProxyCluster, gzip, bandwidthLimit, buffer, compressor, cors, csrf, forwardProxyFilter, extAuthz,
  extProc, fault, grpcStats, grpcWeb, headerMutation, headerToMetadata, healthCheck, jwtAuthn, httpLocalRateLimit, lua, rateLimit, httpRbac,
  router, setMetadata, wasm, httpInspector, originalDst, proxyProtocolFilter, tlsInspector, connectionLimit, networkExtAuthz, http,
  networkLocalRateLimit, networkRbac, sniCluster, sniForwardProxy, tcp, weightedRoundRobin, weightedLocalities, previousHosts, previousPriorities, proxyProtocol, quic, rawBuffer, tls, httpProtocol,
  udpaTypedStruct, typedStruct,
);
