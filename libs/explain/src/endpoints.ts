import { isIPv6 } from 'node:net';
import { HealthStatus } from '@flotilla/envoy-api/envoy/config/core/v3/health_check_pb.js';
import { Cluster_DiscoveryType as Discovery, type Cluster } from '@flotilla/envoy-api/envoy/config/cluster/v3/cluster_pb.js';
import type { ClusterLoadAssignment } from '@flotilla/envoy-api/envoy/config/endpoint/v3/endpoint_pb.js';
import type { LbEndpoint } from '@flotilla/envoy-api/envoy/config/endpoint/v3/endpoint_components_pb.js';
import type { ExplainedEndpoint } from './explanation.ts';
import type { EnvoyConfig } from './envoy-config.ts';
import type { ExplainRequest } from './request.ts';
import { upstreamSecurity } from './upstream-security.ts';

/** Where the requests of a cluster end: its endpoints, or for one that keeps the address, where the connection was going. */
export function endpointsOfCluster(config: EnvoyConfig, cluster: Cluster, request: ExplainRequest): ExplainedEndpoint[] {
  const discovery = cluster.clusterDiscoveryType.case === 'type' ? cluster.clusterDiscoveryType.value : undefined;
  if (discovery === Discovery.ORIGINAL_DST) {
    return [{ cluster: cluster.name, address: socketText(request.address, request.port), health: 'unknown', weight: 1, priority: 0, locality: '', security: upstreamSecurity(cluster) }];
  }
  const named = cluster.edsClusterConfig?.serviceName ?? '';
  const assignment = discovery === Discovery.EDS ? config.endpoints(named === '' ? cluster.name : named) : cluster.loadAssignment;
  return assignment === undefined ? [] : listed(cluster, assignment);
}

function listed(cluster: Cluster, { endpoints }: ClusterLoadAssignment): ExplainedEndpoint[] {
  return endpoints.flatMap(({ lbEndpoints, locality, priority }) =>
    lbEndpoints.map((endpoint) => ({
      cluster: cluster.name,
      address: addressOf(endpoint),
      health: HealthStatus[endpoint.healthStatus].toLowerCase(),
      weight: endpoint.loadBalancingWeight ?? 1,
      priority,
      locality: [locality?.region, locality?.zone, locality?.subZone].filter((part) => part !== undefined && part !== '').join('/'),
      security: upstreamSecurity(cluster, endpoint),
    })),
  );
}

function addressOf({ hostIdentifier }: LbEndpoint): string {
  if (hostIdentifier.case !== 'endpoint') return '';
  const address = hostIdentifier.value.address?.address;
  if (address?.case === 'pipe') return address.value.path;
  if (address?.case !== 'socketAddress') return '';
  return socketText(address.value.address, address.value.portSpecifier.case === 'portValue' ? address.value.portSpecifier.value : 0);
}

/** As URLs have it: the colons of IPv6 are kept apart from the port's. */
function socketText(address: string, port: number): string {
  return isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`;
}
