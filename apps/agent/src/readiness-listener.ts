import { isIPv6 } from 'node:net';
import type { JsonObject } from '@bufbuild/protobuf';
import type { Workload } from './workload.ts';

/** Where Envoy tells whoever asks whether the proxy is ready: Istio's port, which interception leaves alone. */
const readinessPort = 15_021;
const path = '/healthz/ready';
const clusterName = 'agent';

/** The cluster of the agent's own answers, on the loopback of the network namespace that they share. */
export function agentCluster(statusPort: number): JsonObject {
  return {
    name: clusterName,
    type: 'STATIC',
    connect_timeout: '1s',
    load_assignment: {
      cluster_name: clusterName,
      endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: statusPort } } } }] }],
    },
  };
}

/** Passes questions for readiness on to the agent, so that an answer means that this Envoy takes connections. */
export function readinessListener({ address, moreAddresses }: Workload): JsonObject {
  const overIpv6 = [address, ...moreAddresses].some(isIPv6);
  return {
    name: 'readiness',
    address: { socket_address: { address: overIpv6 ? '::' : '0.0.0.0', port_value: readinessPort, ...(overIpv6 ? { ipv4_compat: true } : {}) } },
    filter_chains: [{
      filters: [{
        name: 'envoy.filters.network.http_connection_manager',
        typed_config: {
          '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
          stat_prefix: clusterName,
          route_config: { virtual_hosts: [{ name: clusterName, domains: ['*'], routes: [{ match: { path }, route: { cluster: clusterName } }] }] },
          http_filters: [{ name: 'envoy.filters.http.router', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' } }],
        },
      }],
    }],
  };
}
