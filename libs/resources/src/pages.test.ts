import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { kinds } from './kinds.ts';
import { readYaml } from './read-yaml.ts';

const pageOf = (kind: string): string => {
  const file = `${kind.replaceAll(/(?<=[a-z])[A-Z]/g, '-$&').toLowerCase()}.md`;
  return readFileSync(new URL(`../../../docs/resources/${file}`, import.meta.url), 'utf8');
};

describe.each([...kinds])("the page of $kind", ({ kind, group, versions, shortNames, schema }) => {
  const page = pageOf(kind);

  it('says by which names it goes', () => {
    expect(page).toContain(`# ${kind}\n`);
    expect(page).toContain(`\`${group}/${versions[0]}\``);
    for (const name of [...versions.slice(1), ...shortNames]) expect(page).toContain(`\`${name}\``);
  });

  it('explains every field of the spec', () => {
    const { properties } = schema as unknown as { properties: { spec: { properties: object } } };
    for (const field of Object.keys(properties.spec.properties)) expect(page).toContain(`\`${field}\``);
  });

  it('has examples that are in order', () => {
    const examples = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text);
    expect(examples).not.toHaveLength(0);
    for (const text of examples) {
      const { resources, failures, warnings } = readYaml(text, { file: kind, defaultNamespace: 'default' });
      // A page may show what it says has no effect.
      const told = warnings.flatMap(({ problems }) => problems).filter(({ message }) => !message.startsWith('has no effect: '));
      expect([...failures, ...told]).toEqual([]);
      expect(new Set(resources.map((resource) => resource.kind))).toEqual(new Set([kind]));
    }
  });
});
