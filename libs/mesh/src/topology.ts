import { readLocality, type Subset, type TrafficPolicy } from '@flotilla/resources';
import type { Labels } from './labels.ts';
import type { MeshConfig } from './mesh-config.ts';

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

/**
 * The labels of the caller that rules ask for in order to choose among localities; none where all are alike to them.
 *
 * @param everywhere what holds where a rule does not say
 */
export function balancingLabels({ trafficPolicy, subsets = [] }: Policies, everywhere: Partial<Pick<MeshConfig, 'defaultPolicy' | 'localityBalancing' | 'zoneAwareness'>> = {}): Set<string> {
  const policies = [trafficPolicy, ...subsets.map((subset) => subset.trafficPolicy)].flatMap((policy) => (policy === undefined ? [] : [policy, ...(policy.portLevelSettings ?? [])]));
  const settings = [everywhere.localityBalancing ?? {}, ...policies.map(({ loadBalancer }) => loadBalancer?.localityLbSetting ?? {})];
  const zones = [everywhere.zoneAwareness, ...policies.map(({ loadBalancer }) => loadBalancer?.zoneAwareLbSetting)].filter((setting) => setting !== undefined);
  const labels = new Set<string>();
  for (const { failoverPriority = [] } of [...settings, ...zones]) for (const label of failoverPriority) if (!label.includes('=')) labels.add(label);
  const placed = everywhere.defaultPolicy?.outlierDetection !== undefined || policies.some(({ outlierDetection }) => outlierDetection !== undefined) || settings.some(({ distribute = [] }) => distribute.length > 0);
  // Which zone of its region it is in, each Envoy knows itself.
  for (const label of placed ? topologyLabels : topologyLabels.slice(0, zones.length > 0 ? 1 : 0)) labels.add(label);
  return labels;
}
