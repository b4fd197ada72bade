import { defineKind } from '../kind.ts';
import { ServiceEntrySpec } from './service-entry.ts';
import { serviceEntryRules } from './rules.ts';

export const serviceEntryKind = defineKind({
  kind: 'ServiceEntry',
  group: 'networking.istio.io',
  versions: ['v1', 'v1beta1', 'v1alpha3'],
  plural: 'serviceentries',
  shortNames: ['se'],
  columns: [
    { name: 'Hosts', type: 'string', jsonPath: '.spec.hosts' },
    { name: 'Location', type: 'string', jsonPath: '.spec.location' },
    { name: 'Resolution', type: 'string', jsonPath: '.spec.resolution' },
  ],
  spec: ServiceEntrySpec,
  rules: serviceEntryRules,
});
