import { fromBinary } from '@bufbuild/protobuf';
import { ClusterSchema, type Cluster } from '@flotilla/envoy-api/envoy/config/cluster/v3/cluster_pb.js';
import { ClusterLoadAssignmentSchema, type ClusterLoadAssignment } from '@flotilla/envoy-api/envoy/config/endpoint/v3/endpoint_pb.js';
import { ListenerSchema, type Listener } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_pb.js';
import { typeUrls, type EnvoyResource } from '@flotilla/translate';
import { readRouteTable, type RouteTable } from './route-table.ts';

/** What a proxy is given, read back as Envoy reads it. Only what is asked for is decoded. */
export interface EnvoyConfig {
  readonly listeners: readonly Listener[];
  /** With all its virtual hosts, also those that are resources of their own. */
  route(name: string): RouteTable | undefined;
  cluster(name: string): Cluster | undefined;
  endpoints(name: string): ClusterLoadAssignment | undefined;
}

/**
 * Reads what a proxy is given, resource by resource.
 *
 * @param resources all of a proxy's, some at a time; of two with one type and name the later counts, as a proxy's own hide its scope's
 */
export function* readEnvoyConfig(resources: Iterable<readonly EnvoyResource[]>): Generator<undefined, EnvoyConfig> {
  const byType = new Map<string, Map<string, EnvoyResource>>(Object.values(typeUrls).map((typeUrl) => [typeUrl, new Map()]));
  for (const some of resources) {
    for (const resource of some) byType.get(resource.typeUrl)?.set(resource.name, resource);
    yield;
  }
  const ofType = (typeUrl: string): ReadonlyMap<string, EnvoyResource> => byType.get(typeUrl) ?? new Map<string, EnvoyResource>();
  const listeners: Listener[] = [];
  for (const { bytes } of ofType(typeUrls.listener).values()) {
    listeners.push(fromBinary(ListenerSchema, bytes));
    yield;
  }
  const routes = new Map<string, RouteTable>();
  for (const { name, bytes } of ofType(typeUrls.route).values()) routes.set(name, yield* readRouteTable(bytes));
  for (const { name, bytes } of ofType(typeUrls.virtualHost).values()) {
    const slash = name.lastIndexOf('/');
    routes.get(name.slice(0, slash))?.hosts.addEncoded(bytes, name.slice(slash + 1));
    yield;
  }
  const find = <T>(typeUrl: string, name: string, read: (bytes: Uint8Array) => T): T | undefined => {
    const resource = ofType(typeUrl).get(name);
    return resource === undefined ? undefined : read(resource.bytes);
  };
  return {
    listeners,
    route: (name) => routes.get(name),
    cluster: (name) => find(typeUrls.cluster, name, (bytes) => fromBinary(ClusterSchema, bytes)),
    endpoints: (name) => find(typeUrls.endpoint, name, (bytes) => fromBinary(ClusterLoadAssignmentSchema, bytes)),
  };
}
