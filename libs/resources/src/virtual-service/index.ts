import { defineKind } from '../kind.ts';
import { VirtualServiceSpec } from './virtual-service.ts';
import { virtualServiceRules } from './rules.ts';

export const virtualServiceKind = defineKind({
  kind: 'VirtualService',
  group: 'networking.istio.io',
  versions: ['v1', 'v1beta1', 'v1alpha3'],
  plural: 'virtualservices',
  shortNames: ['vs'],
  columns: [
    { name: 'Gateways', type: 'string', jsonPath: '.spec.gateways' },
    { name: 'Hosts', type: 'string', jsonPath: '.spec.hosts' },
  ],
  spec: VirtualServiceSpec,
  rules: virtualServiceRules,
});
