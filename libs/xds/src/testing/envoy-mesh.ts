import { create, toBinary, type DescMessage, type MessageInitShape } from '@bufbuild/protobuf';
import { anyPack } from '@bufbuild/protobuf/wkt';
import { Cluster_DiscoveryType, ClusterSchema } from '@flotilla/envoy-api/envoy/config/cluster/v3/cluster_pb.js';
import { ClusterLoadAssignmentSchema } from '@flotilla/envoy-api/envoy/config/endpoint/v3/endpoint_pb.js';
import { ListenerSchema } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_pb.js';
import { VirtualHostSchema } from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import { RouteConfigurationSchema } from '@flotilla/envoy-api/envoy/config/route/v3/route_pb.js';
import { RouterSchema } from '@flotilla/envoy-api/envoy/extensions/filters/http/router/v3/router_pb.js';
import { HttpConnectionManagerSchema } from '@flotilla/envoy-api/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js';
import type { XdsResource } from '../encoded-resource.ts';
import { resourceTypes } from '../resource-type.ts';

/** Over the stream that everything comes over. */
export const ads = { resourceApiVersion: 2, configSourceSpecifier: { case: 'ads', value: {} } } as const;

/** A resource of a type, encoded. */
export function made<Schema extends DescMessage>(typeUrl: string, name: string, schema: Schema, fields: MessageInitShape<Schema>): XdsResource {
  return { typeUrl, name, bytes: toBinary(schema, create(schema, fields)) };
}

/** A cluster that takes its endpoints over EDS; the timeout tells its versions apart. */
export function cluster(name: string, connectSeconds: number): XdsResource {
  return made(resourceTypes.cluster, name, ClusterSchema, {
    name,
    clusterDiscoveryType: { case: 'type', value: Cluster_DiscoveryType.EDS },
    edsClusterConfig: { edsConfig: ads },
    connectTimeout: { seconds: BigInt(connectSeconds), nanos: 0 },
  });
}

function socket(port: number) {
  return { address: { case: 'socketAddress', value: { address: '127.0.0.1', portSpecifier: { case: 'portValue', value: port } } } } as const;
}

/** One endpoint on loopback. */
export function assignment(clusterName: string, port: number): XdsResource {
  const lbEndpoint = { hostIdentifier: { case: 'endpoint', value: { address: socket(port) } } } as const;
  return made(resourceTypes.endpoint, clusterName, ClusterLoadAssignmentSchema, { clusterName, endpoints: [{ lbEndpoints: [lbEndpoint] }] });
}

/** The route configuration `routes`, which sends every request to one cluster. */
export function route(clusterName: string): XdsResource {
  const action = { case: 'route', value: { clusterSpecifier: { case: 'cluster', value: clusterName } } } as const;
  return made(resourceTypes.route, 'routes', RouteConfigurationSchema, {
    name: 'routes',
    virtualHosts: [{ name: 'all', domains: ['*'], routes: [{ match: { pathSpecifier: { case: 'prefix', value: '/' } }, action }] }],
  });
}

/** The listener `inbound`, on loopback, which takes its routes from `routes`. */
export function listener(port: number): XdsResource {
  const manager = create(HttpConnectionManagerSchema, {
    statPrefix: 'test',
    routeSpecifier: { case: 'rds', value: { routeConfigName: 'routes', configSource: ads } },
    httpFilters: [{ name: 'envoy.filters.http.router', configType: { case: 'typedConfig', value: anyPack(RouterSchema, create(RouterSchema)) } }],
  });
  const filter = { name: 'envoy.filters.network.http_connection_manager', configType: { case: 'typedConfig', value: anyPack(HttpConnectionManagerSchema, manager) } } as const;
  return made(resourceTypes.listener, 'inbound', ListenerSchema, { name: 'inbound', address: socket(port), filterChains: [{ filters: [filter] }] });
}

/** The route configuration `routes` that leaves its virtual hosts to be discovered. */
export function discoveringRoute(): XdsResource {
  return made(resourceTypes.route, 'routes', RouteConfigurationSchema, { name: 'routes', vhds: { configSource: ads } });
}

/** A virtual host of `routes` that answers requests for a domain with its text. */
export function virtualHost(name: string, domain: string, text: string): XdsResource {
  const action = { case: 'directResponse', value: { status: 200, body: { specifier: { case: 'inlineString', value: text } } } } as const;
  return made(resourceTypes.virtualHost, `routes/${name}`, VirtualHostSchema, {
    name: `routes/${name}`,
    domains: [domain],
    routes: [{ match: { pathSpecifier: { case: 'prefix', value: '/' } }, action }],
  });
}

/** An Envoy called `envoy` that takes everything from an ADS server on loopback. */
export function bootstrap(protocol: 'delta' | 'sotw', xdsPort: number): Record<string, unknown> {
  const source = { ads: {}, resource_api_version: 'V3' };
  return {
    node: { id: 'envoy', cluster: 'test' },
    dynamic_resources: {
      ads_config: { api_type: protocol === 'delta' ? 'DELTA_GRPC' : 'GRPC', transport_api_version: 'V3', grpc_services: [{ envoy_grpc: { cluster_name: 'xds' } }] },
      cds_config: source,
      lds_config: source,
    },
    static_resources: {
      clusters: [
        {
          name: 'xds',
          connect_timeout: '1s',
          typed_extension_protocol_options: {
            'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
              '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
              explicit_http_config: { http2_protocol_options: {} },
            },
          },
          load_assignment: { cluster_name: 'xds', endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: xdsPort } } } }] }] },
        },
      ],
    },
  };
}
