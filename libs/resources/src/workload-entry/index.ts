import { defineKind } from '../kind.ts';
import { WorkloadEntrySpec } from './workload-entry.ts';
import { workloadEntryRules } from './rules.ts';

export const workloadEntryKind = defineKind({
  kind: 'WorkloadEntry',
  group: 'networking.istio.io',
  versions: ['v1', 'v1beta1', 'v1alpha3'],
  plural: 'workloadentries',
  shortNames: ['we'],
  columns: [
    { name: 'Address', type: 'string', jsonPath: '.spec.address' },
  ],
  spec: WorkloadEntrySpec,
  rules: workloadEntryRules,
});
