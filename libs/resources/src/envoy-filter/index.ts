import { defineKind } from '../kind.ts';
import { EnvoyFilterSpec } from './envoy-filter.ts';
import { envoyFilterRules } from './rules.ts';

export const envoyFilterKind = defineKind({
  kind: 'EnvoyFilter',
  group: 'networking.istio.io',
  versions: ['v1alpha3'],
  plural: 'envoyfilters',
  shortNames: [],
  columns: [
    { name: 'Selector', type: 'string', jsonPath: '.spec.workloadSelector.labels' },
    { name: 'Priority', type: 'integer', jsonPath: '.spec.priority' },
  ],
  spec: EnvoyFilterSpec,
  rules: envoyFilterRules,
});
