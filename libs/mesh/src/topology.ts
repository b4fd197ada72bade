import { readLocality, type Subset, type TrafficPolicy } from '@flotilla/resources';
import type { Labels } from './labels.ts';

/** The labels that say where a workload is, from the widest to the narrowest. */
export const topologyLabels = ['topology.kubernetes.io/region', 'topology.kubernetes.io/zone', 'topology.istio.io/subzone'] as const;
/** The label that says which network a workload is in. */
export const networkLabel = 'topology.istio.io/network';

/** A place, written `region/zone/subzone`, as labels; what is not said has none. */
export function localityLabels(locality: string): Labels {
  const { region, zone, subzone } = readLocality(locality);
  const parts = [region, zone, subzone];
  return Object.fromEntries(topologyLabels.flatMap((label, at) => (parts[at] === undefined || parts[at] === '' ? [] : [[label, parts[at]]])));
}

interface Policies {
  readonly trafficPolicy?: TrafficPolicy;
  readonly subsets?: readonly Subset[];
}

/** The labels of the caller that rules ask for in order to choose among localities; none where all are alike to them. */
export function balancingLabels({ trafficPolicy, subsets = [] }: Policies): Set<string> {
  const policies = [trafficPolicy, ...subsets.map((subset) => subset.trafficPolicy)].flatMap((policy) => (policy === undefined ? [] : [policy, ...(policy.portLevelSettings ?? [])]));
  const labels = new Set<string>();
  for (const { loadBalancer, outlierDetection } of policies) {
    const { distribute = [], failoverPriority = [] } = loadBalancer?.localityLbSetting ?? {};
    for (const label of failoverPriority) if (!label.includes('=')) labels.add(label);
    if (outlierDetection !== undefined || distribute.length > 0) for (const label of topologyLabels) labels.add(label);
  }
  return labels;
}
