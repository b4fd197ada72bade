import { defineKind } from '../kind.ts';
import { sidecarRules } from './rules.ts';
import { SidecarSpec } from './sidecar.ts';

export const sidecarKind = defineKind({
  kind: 'Sidecar',
  group: 'networking.istio.io',
  versions: ['v1', 'v1beta1', 'v1alpha3'],
  plural: 'sidecars',
  shortNames: [],
  columns: [{ name: 'Selector', type: 'string', jsonPath: '.spec.workloadSelector.labels' }],
  spec: SidecarSpec,
  rules: sidecarRules,
});
