import { create } from '@bufbuild/protobuf';
import { Cluster_DiscoveryType as DiscoveryType, Cluster_DnsLookupFamily as DnsLookupFamily, Cluster_LbPolicy as LbPolicy, Cluster_EdsClusterConfigSchema, type ClusterSchema } from '@flotilla/envoy-api/envoy/config/cluster/v3/cluster_pb.js';
import { isWildcard, type Endpoint, type Labels, type MeshConfig, type Service, type ServicePort } from '@flotilla/mesh';
import { sameStream } from '../config-source.ts';
import { millis } from '../duration.ts';
import { endpointGroups } from '../endpoints/endpoint-groups.ts';
import { localityEndpoints } from '../endpoints/lb-endpoint.ts';
import type { Fields } from '../message-fields.ts';
import type { PortPolicy } from './policy.ts';

type Discovery = Fields<typeof ClusterSchema>;

/** Envoy refuses to look names up every millisecond. */
const mostOften = 2;

/** Whether a service's endpoints come over EDS, apart from its cluster. */
export function usesEds(service: Service): boolean {
  return service.resolution === 'STATIC';
}

/** Endpoints that arrive apart from the cluster, over the same stream. */
export const eds: Discovery = {
  clusterDiscoveryType: { case: 'type', value: DiscoveryType.EDS },
  edsClusterConfig: create(Cluster_EdsClusterConfigSchema, { edsConfig: sameStream }),
};

/** The address a connection had before it was intercepted. */
export const originalDestination: Discovery = {
  clusterDiscoveryType: { case: 'type', value: DiscoveryType.ORIGINAL_DST },
  lbPolicy: LbPolicy.CLUSTER_PROVIDED,
};

/**
 * Names that Envoy asks the resolver for: those of the endpoints, or the service's own. Nothing
 * when there is no name to ask for.
 */
export function dns(service: Service, port: ServicePort, endpoints: readonly Endpoint[], policy: PortPolicy, client: Labels, clusterName: string, mesh: MeshConfig): Discovery | undefined {
  const logical = service.resolution === 'DNS_ROUND_ROBIN';
  const listed = endpoints.length > 0 ? endpoints : isWildcard(service.host) ? [] : [self(service)];
  if (listed.length === 0) return undefined;
  return {
    // A logical cluster takes one name and no more.
    clusterDiscoveryType: { case: 'type', value: logical ? DiscoveryType.LOGICAL_DNS : DiscoveryType.STRICT_DNS },
    dnsLookupFamily: DnsLookupFamily.V4_PREFERRED,
    dnsRefreshRate: millis(Math.max(mesh.dnsRefreshRateMs, mostOften)),
    respectDnsTtl: true,
    loadAssignment: { clusterName, endpoints: localityEndpoints(endpointGroups(logical ? listed.slice(0, 1) : listed, policy, client, mesh), port) },
  };
}

function self(service: Service): Endpoint {
  return { address: service.host, namespace: service.namespace, ports: {}, labels: {}, locality: '', network: '', weight: 1, serviceAccount: '', healthy: true, mutualTls: false, mutualTlsPorts: {} };
}
