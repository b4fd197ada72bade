import { fileURLToPath } from 'node:url';
import { kinds } from '@flotilla/resources';
import { expectGolden } from '@flotilla/testing';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { customResourceDefinition } from './custom-resource-definition.ts';

const folder = fileURLToPath(new URL('../../../../k8s/base/crds', import.meta.url));
const yaml = (value: unknown): string => `# Generated from libs/resources; do not edit.\n${stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })}`;

describe('the definitions of k8s/base/crds', () => {
  it.each(kinds.map((kind) => [kind.kind, kind] as const))('%s is what is generated', (_, kind) => {
    const definition = customResourceDefinition(kind);
    expectGolden(`${folder}/${definition.metadata.name}.yaml`, yaml(definition));
  });

  it('are all listed', () => {
    const resources = kinds.map((kind) => `${customResourceDefinition(kind).metadata.name}.yaml`);
    expectGolden(`${folder}/kustomization.yaml`, yaml({ apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources }));
  });

  it('keep each kind in one version, the newest', () => {
    for (const kind of kinds) {
      const { versions } = customResourceDefinition(kind).spec;
      expect(versions.filter(({ storage }) => storage).map(({ name }) => name)).toEqual([kind.versions[0]]);
      expect(versions.map(({ name }) => name)).toEqual(kind.versions);
    }
  });
});
