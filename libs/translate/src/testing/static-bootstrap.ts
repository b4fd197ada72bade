import { renderResource, typeUrls, type EnvoyResource } from '../index.ts';

/** A bootstrap in which all of a proxy's resources are static, for Envoy to say what it thinks of them. */
export function staticBootstrap(resources: readonly EnvoyResource[]): Record<string, unknown> {
  const of = (typeUrl: string) => resources.filter((resource) => resource.typeUrl === typeUrl).map(({ bytes }) => renderResource(typeUrl, bytes) as Record<string, unknown>);
  return {
    node: { id: 'golden', cluster: 'golden' },
    dynamic_resources: { ads_config: { api_type: 'GRPC', transport_api_version: 'V3', grpc_services: [{ envoy_grpc: { cluster_name: 'xds-grpc' } }] } },
    static_resources: {
      clusters: [
        ...['xds-grpc', 'sds-grpc', 'flotilla-mixer', 'flotilla-citadel'].map(grpcCluster),
        ...of(typeUrls.cluster),
        ...of(typeUrls.endpoint).map((assignment, at) => ({ name: `assignment-${at}`, type: 'STATIC', load_assignment: { ...assignment, cluster_name: `assignment-${at}` } })),
      ],
      listeners: [...of(typeUrls.listener), ...of(typeUrls.route).map(routeListener)],
    },
  };
}

function grpcCluster(name: string): Record<string, unknown> {
  return {
    name,
    type: 'STATIC',
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
        '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
        explicit_http_config: { http2_protocol_options: {} },
      },
    },
    load_assignment: { cluster_name: name, endpoints: [] },
  };
}

function routeListener(route_config: Record<string, unknown>, at: number): Record<string, unknown> {
  return {
    name: `routes-${at}`,
    address: { socket_address: { address: '127.0.0.1', port_value: 20_000 + at } },
    filter_chains: [
      {
        filters: [
          {
            name: 'envoy.filters.network.http_connection_manager',
            typed_config: {
              '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
              stat_prefix: 'routes',
              route_config,
              http_filters: [{ name: 'envoy.filters.http.router', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' } }],
            },
          },
        ],
      },
    ],
  };
}
