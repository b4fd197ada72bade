import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readYaml } from './read-yaml.ts';
import type { MeshResource } from './resource.ts';
import { toYaml } from './to-yaml.ts';

const options = { file: 'mesh.yaml', defaultNamespace: 'default' };
const gateway = (name: string) => `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: ${name} }
spec: { servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ["*"] }] }
`;

describe('readYaml', () => {
  it('reads every document and passes over empty ones', () => {
    const { resources, failures } = readYaml(`---\n${gateway('one')}---\n# nothing here\n---\n${gateway('two')}`, options);
    expect(failures).toEqual([]);
    expect(resources.map(({ metadata }) => metadata)).toEqual([
      { name: 'one', namespace: 'default' },
      { name: 'two', namespace: 'default' },
    ]);
  });

  it('reads the items of a list', () => {
    const items = [gateway('one'), gateway('two')].map((text) => `- ${text.trimEnd().replaceAll('\n', '\n  ')}`).join('\n');
    expect(readYaml(`kind: List\nitems:\n${items}\n`, options).resources).toHaveLength(2);
  });

  it('reads the good documents of a file with a bad one, and says where the mistake is', () => {
    const { resources, failures } = readYaml(`${gateway('one')}---\n${gateway('two').replace('servers', 'server')}`, options);
    expect(resources).toHaveLength(1);
    expect(failures).toMatchObject([{ file: 'mesh.yaml', document: 1, ref: 'Gateway/default/two', line: 9 }]);
    expect(failures[0]?.problems.map(({ path }) => path)).toEqual(['spec.servers', 'spec.server']);
  });

  it('says which line breaks the syntax of YAML', () => {
    const { resources, failures } = readYaml(`${gateway('one')}---\nkind: Gateway\nspec:\n  hosts: [a\n  b: c\n`, options);
    expect(resources).toHaveLength(1);
    expect(failures).toMatchObject([{ document: 1, line: 9 }]);
    expect(failures[0]?.problems[0]?.message).toMatch(/^YAML syntax, line 9: /);
  });

  it('refuses a field that is given twice', () => {
    const { failures } = readYaml(`${gateway('one')}kind: Gateway\n`, options);
    expect(failures).toMatchObject([{ line: 5 }]);
  });

  it('passes over objects of Kubernetes itself, and says so', () => {
    const objects = `apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: shop}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: reviews-v1}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge}
---
`;
    const { resources, failures, warnings } = readYaml(objects + gateway('one'), options);
    expect([resources.map(({ metadata }) => metadata.name), failures]).toEqual([['one'], []]);
    expect(warnings.map(({ ref, problems }) => [ref, problems.map(({ found, severity }) => [found, severity])])).toEqual([
      ['Service/shop/reviews', [['v1 Service', 'warning']]],
      ['Deployment/default/reviews-v1', [['apps/v1 Deployment', 'warning']]],
      ['Gateway/default/edge', [['gateway.networking.k8s.io/v1 Gateway', 'warning']]],
    ]);
    expect(readYaml(`${objects}---\nkind: Nothing\n`, options)).toMatchObject({ failures: [{ document: 4 }], warnings: [{}, {}, {}] });
  });

  it('takes no mistake in one of its own kinds for an object of Kubernetes', () => {
    expect(readYaml(gateway('one').replace('networking.istio.io/v1', 'v1'), options).failures).toHaveLength(1);
    expect(readYaml(gateway('one').replace('kind: Gateway', 'kind: Gatewya'), options).failures).toHaveLength(1);
  });

  it('tells warnings apart by resource', () => {
    const { resources, warnings } = readYaml(gateway('One'), options);
    expect(resources).toHaveLength(1);
    expect(warnings).toMatchObject([{ ref: 'Gateway/default/One', problems: [{ path: 'metadata.name' }] }]);
  });
});

describe('toYaml', () => {
  const label = fc.stringMatching(/^[a-z]([a-z0-9]{0,8}[a-z])?$/);
  const anything = fc.string({ unit: 'grapheme' });
  const virtualService: fc.Arbitrary<MeshResource> = fc.record({
    apiVersion: fc.constant('networking.istio.io/v1'),
    kind: fc.constant('VirtualService' as const),
    metadata: fc.record({ name: label, namespace: label, annotations: fc.dictionary(label, anything), labels: fc.dictionary(label, label) }),
    spec: fc.record({
      hosts: fc.uniqueArray(label, { minLength: 1 }),
      http: fc.array(
        fc.record({
          name: anything,
          match: fc.array(fc.record({ headers: fc.dictionary(label, fc.record({ exact: anything })) }), { maxLength: 2 }),
          route: fc.tuple(fc.record({ destination: fc.record({ host: label, port: fc.record({ number: fc.integer({ min: 1, max: 65535 }) }) }), weight: fc.nat(100) })),
          timeout: fc.integer({ min: 1, max: 5000 }).map((ms) => `${ms}ms`),
        }),
        { minLength: 1 },
      ),
    }),
  });

  it('writes what readYaml reads back the same', () => {
    fc.assert(
      fc.property(fc.array(virtualService, { minLength: 1, maxLength: 4 }), (resources) => {
        const { resources: read, failures } = readYaml(resources.map(toYaml).join('---\n'), options);
        expect(failures).toEqual([]);
        expect(read).toEqual(resources);
      }),
    );
  });
});
