import { ClusterLoadAssignmentSchema } from '@flotilla/envoy-api/envoy/config/endpoint/v3/endpoint_pb.js';
import { endpointsOf, servicesOfWorkload, type Endpoint, type Service, type Snapshot, type SnapshotDelta } from '@flotilla/mesh';
import type { PortPolicy } from '../clusters/policy.ts';
import { typeUrls, type EnvoyResource } from '../envoy-resource.ts';
import type { ProxyDescription } from '../proxy.ts';
import { encode } from '../wire/encode.ts';
import { endpointGroups } from './endpoint-groups.ts';
import { isReachable, localityEndpoints } from './lb-endpoint.ts';
import { localityFrom, regionOf } from './locality.ts';

/** The cluster of a proxy's own peers, as its bootstrap names it: Istio's name. */
const peerCluster = 'local_cluster';

/** Nobody calls peers by it: Envoy only counts them. */
const port = { number: 1, name: 'peers', protocol: 'TCP', targetPort: 1 } as const;

/** Peers are counted all alike, however requests to them are spread. */
const alike: PortPolicy = { loadBalancer: { localityLbSetting: { enabled: false } } };

/** Tells the replicas of one version of a workload from those of another, as Istio has it. */
const versionLabel = 'pod-template-hash';

/**
 * Who serves what a proxy's workload serves, in the same region and of the same version: by how these are spread over
 * zones Envoy works out how much of its zone's load is its own. An assignment there always is, for without an answer
 * Envoy would wait for one.
 */
export function peers(snapshot: Snapshot, proxy: ProxyDescription): EnvoyResource {
  const region = regionOf(localityFrom(proxy.labels));
  const isPeer = (endpoint: Endpoint) =>
    endpoint.healthy && isReachable(endpoint, { paths: false }) && regionOf(endpoint.locality) === region && endpoint.labels[versionLabel] === proxy.labels[versionLabel];
  const byAddress = new Map(served(snapshot, proxy).flatMap((service) => endpointsOf(snapshot, service).filter(isPeer).map((endpoint) => [endpoint.address, { ...endpoint, ports: {} }] as const)));
  const groups = endpointGroups([...byAddress.values()], alike, {}, snapshot.mesh);
  return { typeUrl: typeUrls.endpoint, name: peerCluster, bytes: encode(ClusterLoadAssignmentSchema, { clusterName: peerCluster, endpoints: localityEndpoints(groups, port) }) };
}

/** Whether a change is one of a proxy's peers; of its own addresses it is told elsewhere. */
export function changesPeers(proxy: ProxyDescription, next: Snapshot, delta: SnapshotDelta): boolean {
  return delta.endpoints.size > 0 && served(next, proxy).some(({ id }) => delta.endpoints.has(id));
}

function served(snapshot: Snapshot, { namespace, labels, ipAddresses: addresses }: ProxyDescription): Service[] {
  return servicesOfWorkload(snapshot, { namespace, labels, addresses });
}
