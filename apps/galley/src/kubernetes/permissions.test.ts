import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { collections } from './collections.ts';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

it('Galley may look at what it follows, and at nothing else', () => {
  const documents = parseAllDocuments(readFileSync(new URL('../../../../k8s/base/galley.yaml', import.meta.url), 'utf8')).map((document) => document.toJS() as { kind: string; rules: Rule[] });
  const { rules } = documents.find(({ kind }) => kind === 'ClusterRole')!;
  const looks = rules.filter(({ verbs }) => verbs.includes('watch')).flatMap(({ apiGroups, resources }) => apiGroups.flatMap((group) => resources.map((resource) => `${group}/${resource}`)));
  const followed = collections.map(({ path }) => path.split('/')).map((parts) => (parts[1] === 'api' ? `/${parts[3]}` : `${parts[2]}/${parts[4]}`));
  expect(looks.sort()).toEqual(followed.sort());
});
