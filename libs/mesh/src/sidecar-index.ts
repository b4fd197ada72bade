import { selectorMatches, type Sidecar } from '@flotilla/resources';
import { compareAge } from './age.ts';
import { reindex, type AgeIndex } from './age-index.ts';
import { labelKeys, leadingLabel, type Labels } from './labels.ts';
import type { Change } from './resource-change.ts';

/** Sidecars by the leading label of their selectors; those for all workloads of a namespace by the namespace. */
export type SidecarIndex = AgeIndex<Sidecar>;

export function advanceSidecars(index: SidecarIndex, changes: readonly Change<Sidecar>[]): SidecarIndex {
  return changes.length === 0 ? index : reindex(index, changes, (sidecar) => [keyOf(sidecar)], compareAge);
}

function keyOf({ metadata, spec }: Sidecar): string {
  return leadingLabel(metadata.namespace, spec.workloadSelector?.labels ?? {}) ?? metadata.namespace;
}

/**
 * The Sidecar of a workload: the oldest of its namespace that selects its labels, else the oldest there
 * that selects nobody, else that of the root namespace.
 */
export function findSidecar(index: SidecarIndex, namespace: string, labels: Labels, rootNamespace: string): Sidecar | undefined {
  const selecting = labelKeys(namespace, labels).flatMap((key) => index.get(key) ?? []);
  const [own] = selecting.filter(({ spec }) => selectorMatches(spec.workloadSelector?.labels, labels)).sort(compareAge);
  return own ?? index.get(namespace)?.[0] ?? index.get(rootNamespace)?.[0];
}
