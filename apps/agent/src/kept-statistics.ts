import type { JsonObject } from '@bufbuild/protobuf';
import type { ProxySettings } from '@flotilla/resources';

/** Those that are always kept: Istio's, and what tells when an Envoy that is drained has finished. */
const always: JsonObject[] = [
  ...['cluster_manager', 'listener_manager', 'server', 'cluster.xds-grpc', 'wasm'].map((prefix) => ({ prefix })),
  ...['rbac.allowed', 'rbac.denied', 'shadow_allowed', 'shadow_denied', 'downstream_cx_active', 'downstream_rq_active'].map((suffix) => ({ suffix })),
];

/**
 * Which statistics an Envoy keeps: as with Istio a few that tell how it is itself, and what somebody has chosen. All of them
 * cost more memory than the clusters they are of.
 */
export function keptStatistics({ inclusionPrefixes = [], inclusionSuffixes = [], inclusionRegexps = [] }: NonNullable<ProxySettings['proxyStatsMatcher']> = {}): JsonObject {
  const chosen = [
    ...inclusionPrefixes.map((prefix) => ({ prefix })),
    ...inclusionSuffixes.map((suffix) => ({ suffix })),
    ...inclusionRegexps.map((regex) => ({ safe_regex: { regex } })),
  ];
  return { inclusion_list: { patterns: [...always, ...chosen] } };
}
