import { defineKind } from '../kind.ts';
import { GatewaySpec } from './gateway.ts';
import { gatewayRules } from './rules.ts';

export const gatewayKind = defineKind({
  kind: 'Gateway',
  group: 'networking.istio.io',
  versions: ['v1', 'v1beta1', 'v1alpha3'],
  plural: 'gateways',
  shortNames: ['gw'],
  columns: [
    { name: 'Selector', type: 'string', jsonPath: '.spec.selector' },
  ],
  spec: GatewaySpec,
  rules: gatewayRules,
});
