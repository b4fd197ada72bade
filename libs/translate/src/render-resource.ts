import { fromBinary, toJson, type JsonValue } from '@bufbuild/protobuf';
import { ClusterSchema } from '@flotilla/envoy-api/envoy/config/cluster/v3/cluster_pb.js';
import { ClusterLoadAssignmentSchema } from '@flotilla/envoy-api/envoy/config/endpoint/v3/endpoint_pb.js';
import { ListenerSchema } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_pb.js';
import { VirtualHostSchema } from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import { RouteConfigurationSchema } from '@flotilla/envoy-api/envoy/config/route/v3/route_pb.js';
import { typeUrls } from './envoy-resource.ts';
import { typeRegistry } from './type-registry.ts';

const schemas = {
  [typeUrls.cluster]: ClusterSchema,
  [typeUrls.endpoint]: ClusterLoadAssignmentSchema,
  [typeUrls.listener]: ListenerSchema,
  [typeUrls.route]: RouteConfigurationSchema,
  [typeUrls.virtualHost]: VirtualHostSchema,
} as const;

/**
 * A resource as people read it: protobuf's JSON, with packed messages unpacked.
 *
 * @param typeUrl one of `typeUrls`
 * @throws RangeError for any other type
 */
export function renderResource(typeUrl: string, bytes: Uint8Array): JsonValue {
  const schema = Object.entries(schemas).find(([url]) => url === typeUrl)?.[1];
  if (schema === undefined) throw new RangeError(`no resource of type ${typeUrl} is translated here`);
  return toJson(schema, fromBinary(schema, bytes), { registry: typeRegistry, useProtoFieldName: true });
}
