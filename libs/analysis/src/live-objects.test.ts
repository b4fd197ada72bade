import { join } from 'node:path';
import { readdirSync } from 'node:fs';
import { readLiveObject, type KubernetesObject } from '@flotilla/kubernetes';
import { goldenCases } from '@flotilla/testing';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { analyze, createView, defaultGateway, readWritten, rules, type Message } from './index.ts';

const followed = ['Service', 'EndpointSlice', 'Pod', 'Node', 'Namespace', 'Ingress', 'IngressClass', 'MutatingWebhookConfiguration'];
const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
const cases = folders.flatMap((folder) => [...goldenCases(join(import.meta.dirname, folder, 'testdata'))].map((found) => ({ ...found, name: `${folder}/${found.name}` })));

function kept(object: KubernetesObject): KubernetesObject {
  return followed.includes(object.kind) ? readLiveObject({ ...object.body, kind: object.kind, metadata: object.metadata })! : object;
}

test.each(cases)('what is kept of the objects of a cluster is all that the rules ask for: $name', ({ input }) => {
  const { resources, objects } = readWritten(parseAllDocuments(input).map((document) => document.toJS() as unknown), 'default');
  const all = [...defaultGateway('istio-system'), ...objects];
  const said = (of: readonly KubernetesObject[]): Message[] => [...analyze(createView(resources, of), { by: rules })].flat();
  expect(said(all.map(kept))).toEqual(said(all));
});
