import { Type, type Static } from 'typebox';
import { message } from '../schema/message.ts';
import { int32, oneOf } from '../schema/scalars.ts';
import { PolicyTargetReference } from '../schema/target-reference.ts';
import { LabelsSelector } from '../schema/workload-selector.ts';
import { EnvoyConfigObjectMatch } from './match.ts';

/** The part of Envoy's configuration that is patched. */
export const ApplyTo = oneOf(
  'LISTENER',
  'FILTER_CHAIN',
  'NETWORK_FILTER',
  'HTTP_FILTER',
  'ROUTE_CONFIGURATION',
  'VIRTUAL_HOST',
  'HTTP_ROUTE',
  'CLUSTER',
  'EXTENSION_CONFIG',
  'BOOTSTRAP',
  'LISTENER_FILTER',
);
export type ApplyTo = Static<typeof ApplyTo>;

export const PatchOperation = oneOf('MERGE', 'ADD', 'REMOVE', 'INSERT_BEFORE', 'INSERT_AFTER', 'INSERT_FIRST', 'REPLACE', 'MERGE_AND_REPLACE_LIST');
export type PatchOperation = Static<typeof PatchOperation>;

/** What is done to the matched part; the value is Envoy's JSON of that part. */
export const Patch = message(
  { operation: PatchOperation },
  { value: Type.Record(Type.String(), Type.Unknown()), filterClass: oneOf('UNSPECIFIED', 'AUTHN', 'AUTHZ', 'STATS') },
);
export type Patch = Static<typeof Patch>;

export const EnvoyConfigObjectPatch = message({ applyTo: ApplyTo, patch: Patch }, { match: EnvoyConfigObjectMatch });
export type EnvoyConfigObjectPatch = Static<typeof EnvoyConfigObjectPatch>;

/** Changes to what Envoys are given. https://istio.io/latest/docs/reference/config/networking/envoy-filter/ */
export const EnvoyFilterSpec = message(
  {},
  {
    workloadSelector: LabelsSelector,
    targetRefs: Type.Array(PolicyTargetReference),
    configPatches: Type.Array(EnvoyConfigObjectPatch),
    priority: int32(),
  },
  'Changes to what the Envoys of selected workloads, of a namespace or of the mesh are given.',
);
export type EnvoyFilterSpec = Static<typeof EnvoyFilterSpec>;
