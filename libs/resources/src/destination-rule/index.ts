import { defineKind } from '../kind.ts';
import { DestinationRuleSpec } from './destination-rule.ts';
import { destinationRuleRules } from './rules.ts';

export const destinationRuleKind = defineKind({
  kind: 'DestinationRule',
  group: 'networking.istio.io',
  versions: ['v1', 'v1beta1', 'v1alpha3'],
  plural: 'destinationrules',
  shortNames: ['dr'],
  columns: [
    { name: 'Host', type: 'string', jsonPath: '.spec.host' },
  ],
  spec: DestinationRuleSpec,
  rules: destinationRuleRules,
});
