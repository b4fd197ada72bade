import { selectorMatches, type PeerAuthentication, type ProxyConfig, type Sidecar } from '@flotilla/resources';
import { compareAge } from './age.ts';
import { reindex, type AgeIndex } from './age-index.ts';
import { labelKeys, leadingLabel, type Labels } from './labels.ts';
import type { Change } from './resource-change.ts';

type WorkloadPolicy = Sidecar | PeerAuthentication | ProxyConfig;

/** Policies by the leading label of their selectors; those for all workloads of a namespace by the namespace. */
export type WorkloadPolicies<P extends WorkloadPolicy> = AgeIndex<P>;

/** Brings policies of one kind up to date. */
export function advancePolicies<P extends WorkloadPolicy>(policies: WorkloadPolicies<P>, changes: readonly Change<P>[]): WorkloadPolicies<P> {
  const keysOf = (policy: P) => [leadingLabel(policy.metadata.namespace, selectorOf(policy)) ?? policy.metadata.namespace];
  return changes.length === 0 ? policies : reindex(policies, changes, keysOf, compareAge);
}

/** The oldest policy of a namespace that selects a workload by its labels. */
export function selectingPolicy<P extends WorkloadPolicy>(policies: WorkloadPolicies<P>, namespace: string, labels: Labels): P | undefined {
  const candidates = labelKeys(namespace, labels).flatMap((key) => policies.get(key) ?? []);
  const [oldest] = candidates.filter((policy) => selectorMatches(selectorOf(policy), labels)).sort(compareAge);
  return oldest;
}

/** The oldest policy for all workloads of a namespace. */
export function namespacePolicy<P extends WorkloadPolicy>(policies: WorkloadPolicies<P>, namespace: string): P | undefined {
  return policies.get(namespace)?.[0];
}

function selectorOf(policy: WorkloadPolicy): Labels {
  const labels = policy.kind === 'Sidecar' ? policy.spec.workloadSelector?.labels : policy.spec.selector?.matchLabels;
  return labels ?? {};
}
