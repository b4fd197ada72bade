import type { IdentityCertificates } from '@flotilla/identity';

/** A workload of the test, with an address of its own as in a pod. */
export interface TestWorkload {
  readonly name: string;
  readonly ip: string;
  readonly app: string;
  readonly certificates: IdentityCertificates;
}

export interface Port {
  readonly address: string;
  readonly port: number;
}

const typed = (type: string, config: object): object => ({ '@type': `type.googleapis.com/${type}`, ...config });
const socket = ({ address, port }: Port): object => ({ socket_address: { address, port_value: port } });
const mixerCluster = 'flotilla-mixer';
const mixerService = { envoy_grpc: { cluster_name: mixerCluster } };

function tlsContext({ certificates: { keyPem, certChainPem, rootPem } }: TestWorkload): object {
  return {
    tls_certificates: [{ certificate_chain: { inline_string: certChainPem }, private_key: { inline_string: keyPem } }],
    validation_context: { trusted_ca: { inline_string: rootPem } },
  };
}

function cluster(name: string, to: Port, options: { readonly tls?: TestWorkload; readonly http2?: boolean; readonly from?: string } = {}): object {
  const { tls, http2, from } = options;
  const upstreamTls = tls && { name: 'tls', typed_config: typed('envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext', { common_tls_context: tlsContext(tls) }) };
  return {
    name,
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint: { address: socket(to) } }] }] },
    ...(upstreamTls && { transport_socket: upstreamTls }),
    ...(from !== undefined && { upstream_bind_config: { source_address: { address: from, port_value: 0 } } }),
    ...(http2 === true && {
      typed_extension_protocol_options: {
        'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': typed('envoy.extensions.upstreams.http.v3.HttpProtocolOptions', { explicit_http_config: { http2_protocol_options: {} } }),
      },
    }),
  };
}

function listener(name: string, at: Port, side: 'inbound' | 'outbound', to: string, options: { readonly tls?: TestWorkload; readonly check?: boolean } = {}): object {
  const { tls, check } = options;
  const accessLog = typed('envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig', {
    common_config: { log_name: side, transport_api_version: 'V3', grpc_service: mixerService, buffer_flush_interval: '0.05s' },
  });
  const extAuthz = typed('envoy.extensions.filters.http.ext_authz.v3.ExtAuthz', { transport_api_version: 'V3', grpc_service: { ...mixerService, timeout: '2s' } });
  const manager = typed('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', {
    stat_prefix: name,
    access_log: [{ name: 'envoy.access_loggers.http_grpc', typed_config: accessLog }],
    route_config: { virtual_hosts: [{ name, domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: to } }] }] },
    http_filters: [
      ...(check === true ? [{ name: 'envoy.filters.http.ext_authz', typed_config: extAuthz }] : []),
      { name: 'envoy.filters.http.router', typed_config: typed('envoy.extensions.filters.http.router.v3.Router', {}) },
    ],
  });
  const downstreamTls = tls && {
    name: 'tls',
    typed_config: typed('envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext', { require_client_certificate: true, common_tls_context: tlsContext(tls) }),
  };
  return {
    name,
    address: socket(at),
    filter_chains: [{ filters: [{ name: 'http', typed_config: manager }], ...(downstreamTls && { transport_socket: downstreamTls }) }],
  };
}

function bootstrap({ name, ip, app }: TestWorkload, listeners: object[], clusters: object[]): Record<string, unknown> {
  const metadata = { NAMESPACE: 'default', WORKLOAD_NAME: name, SERVICE_ACCOUNT: `bookinfo-${app}`, CLUSTER_ID: 'Kubernetes', LABELS: { app, version: 'v1' } };
  return { node: { id: `sidecar~${ip}~${name}.default~default.svc.cluster.local`, cluster: `${app}.default`, metadata }, static_resources: { listeners, clusters } };
}

/** A sidecar that sends what comes in at `at` to `service`, at the sidecar `to`. */
export function callingSidecar(workload: TestWorkload, { at, service, to, mixer }: { readonly at: Port; readonly service: string; readonly to: Port; readonly mixer: Port }): Record<string, unknown> {
  return bootstrap(
    workload,
    [listener('calls', at, 'outbound', `outbound|9080||${service}`)],
    [cluster(`outbound|9080||${service}`, to, { tls: workload, from: workload.ip }), cluster(mixerCluster, mixer, { tls: workload, http2: true })],
  );
}

/** A sidecar that lets in mTLS at `at`, asks Mixer about each request, and sends it to `app`. */
export function calledSidecar(workload: TestWorkload, { at, app, mixer }: { readonly at: Port; readonly app: Port; readonly mixer: Port }): Record<string, unknown> {
  return bootstrap(
    workload,
    [listener('called', at, 'inbound', `inbound|${at.port}||`, { tls: workload, check: true })],
    [cluster(`inbound|${at.port}||`, app), cluster(mixerCluster, mixer, { tls: workload, http2: true })],
  );
}
