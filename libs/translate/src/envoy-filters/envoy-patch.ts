import { fromJson, type DescMessage, type JsonObject, type Message } from '@bufbuild/protobuf';
import { ClusterSchema } from '@flotilla/envoy-api/envoy/config/cluster/v3/cluster_pb.js';
import { FilterChainSchema, FilterSchema, ListenerFilterSchema } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_components_pb.js';
import { ListenerSchema } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_pb.js';
import { RouteSchema, VirtualHostSchema } from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import { RouteConfigurationSchema } from '@flotilla/envoy-api/envoy/config/route/v3/route_pb.js';
import { HttpFilterSchema } from '@flotilla/envoy-api/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js';
import { messageOf, type Problem } from '@flotilla/errors';
import { operationsOn, refOf, type ApplyTo, type EnvoyConfigObjectMatch, type EnvoyFilter, type Patch } from '@flotilla/resources';
import { typeRegistry } from '../type-registry.ts';

/** The parts of a configuration that can be patched here, and what they are messages of. */
export const patchable = {
  LISTENER: ListenerSchema,
  FILTER_CHAIN: FilterChainSchema,
  LISTENER_FILTER: ListenerFilterSchema,
  NETWORK_FILTER: FilterSchema,
  HTTP_FILTER: HttpFilterSchema,
  ROUTE_CONFIGURATION: RouteConfigurationSchema,
  VIRTUAL_HOST: VirtualHostSchema,
  HTTP_ROUTE: RouteSchema,
  CLUSTER: ClusterSchema,
} as const satisfies Partial<Record<ApplyTo, DescMessage>>;

export type Patchable = keyof typeof patchable;

/** One patch of an EnvoyFilter, its value read as Envoy's own message. */
export interface EnvoyPatch {
  /** `EnvoyFilter/<namespace>/<name>`. */
  readonly filter: string;
  /** Its place among the filter's `configPatches`. */
  readonly index: number;
  readonly applyTo: ApplyTo;
  readonly match: EnvoyConfigObjectMatch;
  readonly patch: Patch;
  /** Absent for removals, and where the value is not Envoy's. */
  readonly value?: Message;
  /** What is wrong with the value: an error keeps the patch from being applied. */
  readonly problem?: Problem;
}

const read = new WeakMap<EnvoyFilter, readonly EnvoyPatch[]>();

/** The patches of an EnvoyFilter, read once. */
export function patchesOf(filter: EnvoyFilter): readonly EnvoyPatch[] {
  const known = read.get(filter);
  if (known !== undefined) return known;
  const patches = (filter.spec.configPatches ?? []).map(({ applyTo, match = {}, patch }, index): EnvoyPatch => ({
    filter: refOf(filter),
    index,
    applyTo,
    match,
    patch,
    ...valueOf(applyTo, patch, `spec.configPatches[${index}].patch`),
  }));
  read.set(filter, patches);
  return patches;
}

export function isPatchable(applyTo: ApplyTo): applyTo is Patchable {
  return applyTo in patchable;
}

/** Whether a patch can change anything: it is of a part that is made here, and its value is Envoy's. */
export function isApplicable({ applyTo, patch, value }: EnvoyPatch): boolean {
  return isPatchable(applyTo) && operationsOn[applyTo].includes(patch.operation) && (patch.operation === 'REMOVE' || value !== undefined);
}

function valueOf(applyTo: ApplyTo, { operation, value }: Patch, path: string): Pick<EnvoyPatch, 'value' | 'problem'> {
  if (!isPatchable(applyTo)) return { problem: { path, message: `has no effect on ${applyTo}`, severity: 'warning' } };
  if (operation === 'REMOVE' || value === undefined) return {};
  const schema: DescMessage = patchable[applyTo];
  try {
    return { value: fromJson(schema, value as JsonObject, { registry: typeRegistry }) };
  } catch (strict) {
    const problem = { path: `${path}.value`, message: `is not Envoy's ${schema.typeName}: ${messageOf(strict)}` };
    try {
      // A field that this version of Envoy's API does not know leaves the rest of the patch as it is.
      return { value: fromJson(schema, value as JsonObject, { registry: typeRegistry, ignoreUnknownFields: true }), problem: { ...problem, severity: 'warning' } };
    } catch {
      return { problem };
    }
  }
}
