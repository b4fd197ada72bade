import { defineKind } from '../kind.ts';
import { DenyListSpec } from './deny-list.ts';
import { denyListRules } from './rules.ts';

export const denyListKind = defineKind({
  kind: 'DenyList',
  group: 'policy.flotilla.dev',
  versions: ['v1alpha1'],
  plural: 'denylists',
  shortNames: ['dl'],
  columns: [{ name: 'Selector', type: 'string', jsonPath: '.spec.selector.matchLabels' }],
  spec: DenyListSpec,
  rules: denyListRules,
});
