import { defineKind } from '../kind.ts';
import { ProxyConfigSpec } from './proxy-config.ts';
import { proxyConfigRules } from './rules.ts';

export const proxyConfigKind = defineKind({
  kind: 'ProxyConfig',
  group: 'networking.istio.io',
  versions: ['v1beta1'],
  plural: 'proxyconfigs',
  shortNames: [],
  columns: [
    { name: 'Selector', type: 'string', jsonPath: '.spec.selector.matchLabels' },
    { name: 'Concurrency', type: 'integer', jsonPath: '.spec.concurrency' },
  ],
  spec: ProxyConfigSpec,
  rules: proxyConfigRules,
});
