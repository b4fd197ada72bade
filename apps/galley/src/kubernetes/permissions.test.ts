import { readFileSync } from 'node:fs';
import { kinds } from '@flotilla/resources';
import { expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { collections } from './collections.ts';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const documents = parseAllDocuments(readFileSync(new URL('../../../../k8s/base/galley.yaml', import.meta.url), 'utf8')).map((document) => document.toJS() as { kind: string; rules: Rule[] });
const { rules } = documents.find(({ kind }) => kind === 'ClusterRole')!;

/** `group/resource` of all that may be done. */
function allowed(verb: string): string[] {
  const found = rules.filter(({ verbs }) => verbs.includes(verb)).flatMap(({ apiGroups, resources }) => apiGroups.flatMap((group) => resources.map((resource) => `${group}/${resource}`)));
  return found.sort();
}

it('Galley may look at what it follows, and at nothing else', () => {
  const followed = collections.map(({ path }) => path.split('/')).map((parts) => (parts[1] === 'api' ? `/${parts[3]}` : `${parts[2]}/${parts[4]}`));
  expect(allowed('watch')).toEqual(followed.sort());
});

it('Galley may write the status of every kind of ours, and nothing else', () => {
  expect(allowed('patch')).toEqual(kinds.map(({ group, plural }) => `${group}/${plural}/status`).sort());
  expect(new Set(rules.flatMap(({ verbs }) => verbs))).toEqual(new Set(['get', 'list', 'watch', 'patch']));
});
