import type { TSchema } from 'typebox';
import { denyListKind } from './deny-list/index.ts';
import { destinationRuleKind } from './destination-rule/index.ts';
import { envoyFilterKind } from './envoy-filter/index.ts';
import { gatewayKind } from './gateway/index.ts';
import type { Kind } from './kind.ts';
import { meshConfigKind } from './mesh-config/index.ts';
import { peerAuthenticationKind } from './peer-authentication/index.ts';
import { proxyConfigKind } from './proxy-config/index.ts';
import { serviceEntryKind } from './service-entry/index.ts';
import { sidecarKind } from './sidecar/index.ts';
import { virtualServiceKind } from './virtual-service/index.ts';
import { workloadEntryKind } from './workload-entry/index.ts';
import { workloadGroupKind } from './workload-group/index.ts';

/** Every kind of resource that Flotilla takes. */
export const kinds: readonly Kind[] = [
  virtualServiceKind,
  destinationRuleKind,
  gatewayKind,
  serviceEntryKind,
  workloadEntryKind,
  workloadGroupKind,
  sidecarKind,
  peerAuthenticationKind,
  envoyFilterKind,
  proxyConfigKind,
  meshConfigKind,
  denyListKind,
];

/** The kind of a name as `VirtualService`; with an `apiVersion` only if the kind has that version. */
export function kindNamed(kind: string, apiVersion?: string): Kind | undefined {
  return kinds.find((known) => known.kind === kind && (apiVersion === undefined || apiVersionsOf(known).includes(apiVersion)));
}

/** The kind of a REST path's group and plural, as `networking.istio.io` and `virtualservices`. */
export function kindOfPlural(group: string, plural: string): Kind | undefined {
  return kinds.find((known) => known.group === group && known.plural === plural);
}

/** `group/version` for every version of a kind, newest first. */
export function apiVersionsOf(kind: Kind): string[] {
  return kind.versions.map((version) => `${kind.group}/${version}`);
}

/** JSON Schema of a whole resource of the kind, for OpenAPI and CRDs. */
export function jsonSchemaOf(kind: Kind): TSchema {
  return kind.schema;
}
