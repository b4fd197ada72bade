import { fromBinary } from '@bufbuild/protobuf';
import { ClusterSchema, type Cluster } from '@flotilla/envoy-api/envoy/config/cluster/v3/cluster_pb.js';
import { ClusterLoadAssignmentSchema, type ClusterLoadAssignment } from '@flotilla/envoy-api/envoy/config/endpoint/v3/endpoint_pb.js';
import { ListenerSchema, type Listener } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_pb.js';
import { VirtualHostSchema } from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import { RouteConfigurationSchema, type RouteConfiguration } from '@flotilla/envoy-api/envoy/config/route/v3/route_pb.js';
import { typeUrls, type EnvoyResource } from '@flotilla/translate';

/** What a proxy is given, read back as Envoy reads it. Only what is asked for is decoded. */
export interface EnvoyConfig {
  readonly listeners: readonly Listener[];
  /** With all its virtual hosts, also those that are resources of their own. */
  route(name: string): RouteConfiguration | undefined;
  cluster(name: string): Cluster | undefined;
  endpoints(name: string): ClusterLoadAssignment | undefined;
}

/** @param resources all of a proxy's; of two with one type and name the later counts, as a proxy's own hide its scope's */
export function readEnvoyConfig(resources: Iterable<EnvoyResource>): EnvoyConfig {
  const byType = new Map<string, Map<string, Uint8Array>>(Object.values(typeUrls).map((typeUrl) => [typeUrl, new Map()]));
  for (const { typeUrl, name, bytes } of resources) byType.get(typeUrl)?.set(name, bytes);
  const ofType = (typeUrl: string): ReadonlyMap<string, Uint8Array> => byType.get(typeUrl) ?? new Map<string, Uint8Array>();
  const find = <T>(typeUrl: string, name: string, read: (bytes: Uint8Array) => T): T | undefined => {
    const bytes = ofType(typeUrl).get(name);
    return bytes === undefined ? undefined : read(bytes);
  };
  return {
    listeners: [...ofType(typeUrls.listener).values()].map((bytes) => fromBinary(ListenerSchema, bytes)),
    route(name) {
      const route = find(typeUrls.route, name, (bytes) => fromBinary(RouteConfigurationSchema, bytes));
      if (route?.vhds === undefined) return route;
      for (const [resource, bytes] of ofType(typeUrls.virtualHost)) {
        if (!resource.startsWith(`${name}/`)) continue;
        route.virtualHosts.push({ ...fromBinary(VirtualHostSchema, bytes), name: resource.slice(name.length + 1) });
      }
      return route;
    },
    cluster: (name) => find(typeUrls.cluster, name, (bytes) => fromBinary(ClusterSchema, bytes)),
    endpoints: (name) => find(typeUrls.endpoint, name, (bytes) => fromBinary(ClusterLoadAssignmentSchema, bytes)),
  };
}
