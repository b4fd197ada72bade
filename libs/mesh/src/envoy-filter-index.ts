import { selectorMatches, type EnvoyFilter } from '@flotilla/resources';
import { compareAge } from './age.ts';
import { reindex, type AgeIndex } from './age-index.ts';
import type { Labels } from './labels.ts';
import type { Change } from './resource-change.ts';

/** EnvoyFilters by namespace, in the order in which they are applied. */
export type EnvoyFilterIndex = AgeIndex<EnvoyFilter>;

export function advanceEnvoyFilters(index: EnvoyFilterIndex, changes: readonly Change<EnvoyFilter>[]): EnvoyFilterIndex {
  return changes.length === 0 ? index : reindex(index, changes, ({ metadata }) => [metadata.namespace], compareOrder);
}

/** Those with lower numbers go first, then the older. */
function compareOrder(a: EnvoyFilter, b: EnvoyFilter): number {
  return priorityOf(a) - priorityOf(b) || compareAge(a, b);
}

function priorityOf({ spec }: EnvoyFilter): number {
  return spec.priority ?? 0;
}

/** The EnvoyFilters for a workload in their order: of one priority, those of the root namespace go first. */
export function findEnvoyFilters(index: EnvoyFilterIndex, namespace: string, labels: Labels, rootNamespace: string): EnvoyFilter[] {
  if (index.size === 0) return [];
  const found = [...new Set([rootNamespace, namespace])].flatMap((at) => index.get(at) ?? []);
  // Objects of the Kubernetes Gateway API are nobody here.
  const selecting = found.filter(({ spec }) => !spec.targetRefs?.length && selectorMatches(spec.workloadSelector?.labels, labels));
  return selecting.sort((a, b) => priorityOf(a) - priorityOf(b));
}
