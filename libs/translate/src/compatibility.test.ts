import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { canonicalField, fieldsOf, kindNamed, unsupported, unsupportedFields, type KindName } from '@flotilla/resources';
import { expectGolden, goldenCases } from '@flotilla/testing';
import { describe, expect, test } from 'vitest';
import { provenFields } from './testing/field-proofs.ts';

const shown: readonly KindName[] = ['VirtualService', 'DestinationRule', 'Gateway', 'ServiceEntry', 'WorkloadEntry', 'WorkloadGroup', 'Sidecar', 'EnvoyFilter', 'PeerAuthentication', 'ProxyConfig', 'MeshConfig'];

const ingressTest = 'libs/kubernetes/src/ingress-options.test.ts';

/** Fields that change nothing of what anybody is told, and the test that shows what they are for. */
const checked: Readonly<Partial<Record<KindName, Readonly<Record<string, string>>>>> = {
  MeshConfig: {
    'spec.trustDomain': 'apps/galley/src/write/plan.test.ts',
    'spec.networks{}.endpoints[].fromRegistry': 'libs/mesh/src/mesh-networks.test.ts',
    'spec.ingressClass': ingressTest,
    'spec.ingressControllerMode': ingressTest,
    'spec.ingressService': ingressTest,
    'spec.ingressSelector': ingressTest,
  },
};

const folders = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('testdata')).sort();
const cases = folders.flatMap((folder) =>
  goldenCases(join(import.meta.dirname, folder)).map(({ name, input }) => ({ file: `${folder}/${name}.in.yaml`, input })),
);

const pagePath = join(import.meta.dirname, '../../../docs/compatibility.md');

/** What the page names already is looked at first: it stays as it is while that is true. */
const named = new Map(
  readFileSync(pagePath, 'utf8')
    .split('\n## ')
    .flatMap((section) => [...section.matchAll(/^\| `(.*?)` \| works: \[(.*?)\]/gm)].map(([, field = '', file = '']): [string, string] => [`${section.slice(0, section.indexOf('\n'))} ${field}`, file])),
);
const proven = provenFields(cases, canonicalField, (kind, field) => named.get(`${kind} ${field}`));

function fieldsOfKind(kind: KindName): string[] {
  const fields = fieldsOf(kindNamed(kind)!.schema).filter((field) => field.startsWith('spec.'));
  return [...new Set(fields.map(canonicalField))];
}

describe.each(shown)('%s', (kind) => {
  test('every field takes effect in a golden case, or is known not to', () => {
    const fields = fieldsOfKind(kind).filter((field) => unsupported(kind, field) === undefined && checked[kind]?.[field] === undefined);
    expect(fields.filter((field) => proven.get(kind)?.has(field) !== true)).toEqual([]);
  });

  test('what is said to have no effect is a field, and has none', () => {
    const said = Object.keys(unsupportedFields[kind] ?? {});
    expect(said.filter((field) => !fieldsOfKind(kind).includes(field) || proven.get(kind)?.has(field) === true)).toEqual([]);
  });
});

const page = `# Compatibility

Every field of the kinds of Istio's that are traffic's own, or the proxies', and what becomes of it. A field works if a case among the
golden files sets it, and without it an Envoy, or the agent that runs it, would be told something else (or the resource
would be refused as not complete); the file that shows it is named. The cases are all loaded by a real Envoy. A field that has no effect is taken,
with a warning on the resource that sets it. The fields of a subset's traffic policy and of a port's settings are
those of the rule's traffic policy, and are listed once.

${shown.map(section).join('\n')}`;

function section(kind: KindName): string {
  const rows = fieldsOfKind(kind).map((field) => {
    const not = unsupported(kind, field);
    const file = proven.get(kind)?.get(field) ?? '';
    const test = checked[kind]?.[field];
    if (test !== undefined) return `| \`${field}\` | works: [${test}](../${test}) |`;
    const link = `[${file}](../${relative(join(import.meta.dirname, '../../..'), import.meta.dirname)}/${file})`;
    return `| \`${field}\` | ${not === undefined ? `works: ${link}` : `${not.refused ? 'refused' : 'no effect'}: ${not.reason}`} |`;
  });
  return [`## ${kind}`, '', '| Field | State |', '| --- | --- |', ...rows, ''].join('\n');
}

test('docs/compatibility.md says so', () => {
  expectGolden(pagePath, page);
});
