import { resourceKey, type DestinationRule, type Subset, type TrafficPolicy } from '@flotilla/resources';
import type { Labels } from './labels.ts';

/**
 * What the DestinationRules of one namespace say together about one host. Between snapshots, one
 * object means that nothing of it changed.
 */
export interface EffectiveRule {
  readonly namespace: string;
  /** Full name or wildcard. */
  readonly host: string;
  readonly exportTo: readonly string[];
  /** Which clients of the namespace it is for; all when absent. */
  readonly clients?: Labels;
  readonly trafficPolicy?: TrafficPolicy;
  readonly subsets: readonly Subset[];
  /** Keys of the resources it was made from, the oldest first. */
  readonly sources: readonly string[];
}

/**
 * Merges rules of one namespace and host: those with one audience become one, in which the oldest
 * traffic policy and the oldest subset of each name win.
 *
 * @param rules the oldest first
 */
export function mergeRules(host: string, rules: readonly DestinationRule[]): EffectiveRule[] {
  const audiences = Map.groupBy(rules, ({ spec }) => JSON.stringify([[...(spec.exportTo ?? [])].sort(), spec.workloadSelector?.matchLabels ?? null]));
  return [...audiences.values()].map((group) => effectiveRule(host, group));
}

function effectiveRule(host: string, rules: readonly DestinationRule[]): EffectiveRule {
  const subsets = new Map<string, Subset>();
  for (const subset of rules.flatMap(({ spec }) => spec.subsets ?? [])) if (!subsets.has(subset.name)) subsets.set(subset.name, subset);
  const trafficPolicy = rules.find(({ spec }) => spec.trafficPolicy !== undefined)?.spec.trafficPolicy;
  const clients = rules[0]?.spec.workloadSelector?.matchLabels;
  return {
    namespace: rules[0]?.metadata.namespace ?? '',
    host,
    exportTo: rules[0]?.spec.exportTo ?? [],
    ...(clients === undefined ? {} : { clients }),
    ...(trafficPolicy === undefined ? {} : { trafficPolicy }),
    subsets: [...subsets.values()],
    sources: rules.map(resourceKey),
  };
}
