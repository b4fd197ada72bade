import { defineKind } from '../kind.ts';
import { workloadGroupRules } from './rules.ts';
import { WorkloadGroupSpec } from './workload-group.ts';

export const workloadGroupKind = defineKind({
  kind: 'WorkloadGroup',
  group: 'networking.istio.io',
  versions: ['v1', 'v1beta1', 'v1alpha3'],
  plural: 'workloadgroups',
  shortNames: ['wg'],
  columns: [{ name: 'Service Account', type: 'string', jsonPath: '.spec.template.serviceAccount' }],
  spec: WorkloadGroupSpec,
  rules: workloadGroupRules,
});
