import { defineKind } from '../kind.ts';
import { MeshConfigSpec } from './mesh-config.ts';
import { meshConfigName } from './name.ts';
import { meshConfigRules } from './rules.ts';

export const meshConfigKind = defineKind({
  kind: 'MeshConfig',
  group: 'mesh.istio.io',
  versions: ['v1alpha1'],
  plural: 'meshconfigs',
  shortNames: ['mc'],
  home: meshConfigName.namespace,
  columns: [{ name: 'Outbound', type: 'string', jsonPath: '.spec.outboundTrafficPolicy.mode' }],
  spec: MeshConfigSpec,
  rules: meshConfigRules,
});
