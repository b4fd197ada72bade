import { advance, createSnapshot, defaultMeshConfig } from '@flotilla/mesh';
import { readYaml, type MeshResource } from '@flotilla/resources';
import { serviceName, serviceYaml, virtualService } from '@flotilla/testing';
import { difference, scopeOf, translateProxy, translateScope, type ProxyDescription } from '@flotilla/translate';
import { expect, it } from 'vitest';
import { preview, type Preview } from './preview.ts';

const shape = { endpoints: 2, namespaces: 1 };
const proxies = ['one', 'two'].map((name): ProxyDescription => ({ id: name, type: 'sidecar', namespace: 'team-0', labels: {}, ipAddresses: ['10.1.0.1'], interception: 'REDIRECT', appEndpoints: {} }));
const { snapshot } = advance(createSnapshot(defaultMeshConfig), { upserts: read(Array.from({ length: 10 }, (_, number) => serviceYaml(serviceName(number, shape), shape)).join('---\n')), removals: [] });
const previewed = proxies.map((proxy) => ({ scope: translateScope(snapshot, scopeOf(snapshot, proxy)), own: translateProxy(snapshot, proxy) }));

function read(yaml: string): MeshResource[] {
  return readYaml(yaml, { file: 'test', defaultNamespace: 'default' }).resources;
}

/** What a change would do, and in how many steps that is found out. */
function previewOf(upserts: MeshResource[]): { readonly found: readonly Preview[]; readonly stops: number; readonly names: string[] } {
  const next = advance(snapshot, { upserts, removals: [] });
  const steps = preview(previewed, next);
  let stops = 0;
  let step = steps.next();
  for (; step.done !== true; step = steps.next()) stops += 1;
  const now = translateScope(next.snapshot, scopeOf(next.snapshot, proxies[0]!));
  const update = difference(previewed[0]!.scope.resources(), now.resources());
  return { found: step.value, stops, names: [...update.upserts, ...update.removals].map(({ name }) => name).sort() };
}

const namesOf = ({ resources }: Preview): string[] => resources.map(({ name }) => name).sort();

it('finds what one change does to all proxies of a scope at once', () => {
  const { found, names, stops } = previewOf(read(virtualService(serviceName(3, shape), { routeName: 'other' })));
  expect(found.map(({ proxies: ids }) => ids)).toEqual([['one', 'two']]);
  expect(namesOf(found[0]!)).toEqual(names);
  // Whatever the change, what it is compared with is all that the proxies have.
  expect(stops).toBeGreaterThan([...previewed[0]!.scope.resources()].length);
});

it('stops often where everything changes', () => {
  const { found, names, stops } = previewOf(read('{apiVersion: mesh.istio.io/v1alpha1, kind: MeshConfig, metadata: {name: default}, spec: {connectTimeout: 3s}}'));
  expect(namesOf(found[0]!)).toEqual(names);
  expect(names.length).toBeGreaterThan(10);
  expect(stops).toBeGreaterThan(10);
});
