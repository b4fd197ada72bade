import { advance, type Snapshot } from '@flotilla/mesh';
import { readYaml } from '@flotilla/resources';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { retranslateScope, scopeOf, translateScope, typeUrls, type EnvoyResource, type ScopeTranslation } from './index.ts';
import { keyOf } from './resource-map.ts';
import { snapshotOf, somePod } from './testing/mesh-case.ts';

const namespaces = Array.from({ length: 40 }, (_, at) => `part-${at}`);
const inEach = 20;

function service(namespace: string, at: number, more = ''): string {
  return `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: svc-${at}, namespace: ${namespace}}
spec:
  hosts: [svc-${at}.${namespace}.svc.cluster.local]
  location: MESH_INTERNAL
  resolution: STATIC
  ports: [{number: 80, name: http}, {number: ${5000 + at}, name: tcp}]
  endpoints: [{address: 10.0.0.${at}}${more}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: svc-${at}, namespace: ${namespace}}
spec: {hosts: [svc-${at}.${namespace}.svc.cluster.local], http: [{route: [{destination: {host: svc-${at}.${namespace}.svc.cluster.local}}]}]}
---`;
}

function sidecar(namespace: string, hosts: string, name = 'default'): string {
  return `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: ${name}, namespace: ${namespace}}
spec: {egress: [{hosts: ${hosts}}]}
---`;
}

const services = namespaces.flatMap((namespace) => Array.from({ length: inEach }, (_, at) => service(namespace, at))).join('');
const snapshot = snapshotOf(services + sidecar('part-0', '[./*]') + sidecar('part-1', '[./svc-3.part-1.svc.cluster.local, part-2/svc-4.part-2.svc.cluster.local]'));
const pod = (namespace: string) => ({ ...somePod, namespace });
const translate = (namespace: string) => translateScope(snapshot, scopeOf(snapshot, pod(namespace)));

function changed(text: string) {
  return advance(snapshot, { upserts: readYaml(text, { file: 'change', defaultNamespace: 'default' }).resources, removals: [] });
}

function clusters(translation: ScopeTranslation): string[] {
  return [...translation.resources()].flatMap(({ typeUrl, name }) => (typeUrl === typeUrls.cluster && name.startsWith('outbound|80|') ? [name] : [])).sort();
}

describe('a scope under a Sidecar', () => {
  test('has what that imports, and shares it with those that see more', () => {
    const limited = translate('part-1');
    expect(clusters(limited)).toEqual(['outbound|80||svc-3.part-1.svc.cluster.local', 'outbound|80||svc-4.part-2.svc.cluster.local']);
    expect([...limited.listeners.keys()].sort()).toEqual(['0.0.0.0_5003', '0.0.0.0_5004', '0.0.0.0_80', 'virtualOutbound']);
    expect(limited.tables.get('80')?.names).toEqual(['svc-3.part-1.svc.cluster.local:80', 'svc-4.part-2.svc.cluster.local:80']);
    const wide = new Map([...translate('part-2').resources()].map((resource) => [keyOf(resource), resource]));
    const own = (resource: EnvoyResource) => resource.typeUrl !== typeUrls.listener && resource.typeUrl !== typeUrls.route;
    expect([...limited.resources()].filter((resource) => own(resource) && wide.get(keyOf(resource)) !== resource)).toEqual([]);
  });

  test('is one for all workloads that the Sidecar is for, and another after it changed', () => {
    const key = (at: Snapshot, app: string) => scopeOf(at, { ...pod('part-0'), labels: { app } }).key;
    expect(key(snapshot, 'one')).toBe(key(snapshot, 'two'));
    const next = changed(sidecar('part-0', '[./*, part-1/*]'));
    expect(next.delta.scopes).toBe(true);
    expect(key(next.snapshot, 'one')).not.toBe(key(snapshot, 'one'));
    const same = changed(sidecar('part-0', '[./*]', 'another'));
    expect(key(same.snapshot, 'one')).toBe(key(snapshot, 'one'));
  });

  test.each([
    ['an endpoint', service('part-9', 3, ', {address: 10.9.9.9}')],
    ['a service', service('part-9', 3).replace('number: 80', 'number: 81')],
    ['a VirtualService', service('part-9', 3).replace('http: [{route', 'http: [{timeout: 1s, route')],
    ['hosts without number', Array.from({ length: inEach }, (_, at) => namespaces.slice(3).map((namespace) => service(namespace, at).replace('number: 80', 'number: 81'))).flat().join('')],
  ])('is left alone when %s changes that it does not import', (_, text) => {
    const before = translate('part-0');
    const next = changed(text);
    const { translation, upserts, removals } = retranslateScope(before, next.snapshot, next.delta);
    expect([...upserts, ...removals]).toEqual([]);
    expect([translation.tables === before.tables, translation.routes === before.routes, translation.listeners === before.listeners]).toEqual([true, true, true]);
  });

  test('changes with what a VirtualService brings along', () => {
    const before = translate('part-0');
    const next = changed(service('part-0', 3).replace('{host: svc-3.part-0', '{host: svc-7.part-7'));
    const update = retranslateScope(before, next.snapshot, next.delta);
    expect(update.upserts.map(({ name }) => name)).toContain('outbound|80||svc-7.part-7.svc.cluster.local');
    const back = advance(next.snapshot, { upserts: readYaml(service('part-0', 3), { file: 'change', defaultNamespace: 'default' }).resources, removals: [] });
    expect(retranslateScope(update.translation, back.snapshot, back.delta).removals.map(({ name }) => name)).toContain('outbound|80||svc-7.part-7.svc.cluster.local');
  });
});

describe('the work for a scope under a Sidecar', () => {
  const { byHost } = snapshot.services;
  const asked = vi.spyOn(byHost, 'get');
  const listed = [vi.spyOn(byHost, 'keys'), vi.spyOn(byHost, 'values'), vi.spyOn(byHost, 'entries'), vi.spyOn(byHost, Symbol.iterator)];

  beforeEach(() => vi.clearAllMocks());

  test('grows with what that imports, not with the mesh', () => {
    const resources = [...translate('part-0').resources()];
    expect(resources.filter(({ typeUrl }) => typeUrl === typeUrls.cluster)).toHaveLength(2 * inEach + 2);
    expect(listed.map((spy) => spy.mock.calls.length)).toEqual([0, 0, 0, 0]);
    const hosts = new Set(asked.mock.calls.map(([host]) => host).filter((host) => host.endsWith('.svc.cluster.local')));
    expect(hosts.size).toBe(inEach);
    expect([...hosts].filter((host) => !host.endsWith('.part-0.svc.cluster.local'))).toEqual([]);
  });

  test('is listing all for one that sees all', () => {
    expect([...translate('part-2').resources()].length).toBeGreaterThan(namespaces.length * inEach);
    expect(listed.some((spy) => spy.mock.calls.length > 0)).toBe(true);
  });
});
