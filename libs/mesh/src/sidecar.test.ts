import type { Sidecar } from '@flotilla/resources';
import { describe, expect, test } from 'vitest';
import { advance, destinationsFor, egressOf, meshGateway, serviceFor, servicesFor, sidecarFor, virtualServiceHostNames, virtualServicesFor, type Snapshot, type Viewer } from './index.ts';
import { meshOf, resourcesOf } from './testing/mesh-of.ts';

function service(namespace: string, host: string, ports = '{number: 80, name: http}', created = '2026-01-01T00:00:00Z'): string {
  return `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ${host.replace('*', 'any')}, namespace: ${namespace}, creationTimestamp: '${created}'}
spec: {hosts: ['${host}'], location: MESH_INTERNAL, resolution: STATIC, ports: [${ports}]}
---`;
}

function routes(namespace: string, name: string, host: string, destination: string): string {
  return `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}, namespace: ${namespace}}
spec: {hosts: ['${host}'], http: [{route: [{destination: {host: ${destination}}}]}]}
---`;
}

function sidecar(namespace: string, name: string, spec: string, created = '2026-01-01T00:00:00Z'): string {
  return `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: ${name}, namespace: ${namespace}, creationTimestamp: '${created}'}
spec: ${spec}
---`;
}

/** How workloads of a namespace look at the mesh. */
function viewer(mesh: Snapshot, namespace: string, labels: Record<string, string> = {}): Viewer {
  const found = sidecarFor(mesh, namespace, labels);
  return found === undefined ? { namespace } : { namespace, egress: egressOf(found, namespace) };
}

function seen(mesh: Snapshot, namespace = 'a'): string[] {
  return [...servicesFor(mesh, viewer(mesh, namespace))].map(({ id, ports }) => `${id} ${ports.map(({ number }) => number).join()}`).sort();
}

const services = service('a', 'one.a') + service('a', 'two.a') + service('b', 'one.b') + service('b', 'x.example.com') + service('c', '*.example.com');
const everything = ['a/one.a 80', 'a/two.a 80', 'b/one.b 80', 'b/x.example.com 80', 'c/*.example.com 80'];

describe('the Sidecar of a workload', () => {
  const nameOf = (found: Sidecar | undefined) => found?.metadata.name;
  const mesh = meshOf(
    sidecar('istio-system', 'mesh', '{egress: [{hosts: ["*/*"]}]}') +
      sidecar('istio-system', 'gates', '{workloadSelector: {labels: {app: gate}}, egress: [{hosts: ["*/*"]}]}') +
      sidecar('a', 'young', '{egress: [{hosts: ["*/*"]}]}', '2026-02-01T00:00:00Z') +
      sidecar('a', 'old', '{egress: [{hosts: ["*/*"]}]}') +
      sidecar('a', 'web-two', '{workloadSelector: {labels: {app: web}}, egress: [{hosts: ["*/*"]}]}', '2026-02-01T00:00:00Z') +
      sidecar('a', 'web-one', '{workloadSelector: {labels: {tier: front, app: web}}, egress: [{hosts: ["*/*"]}]}'),
  );

  test('is the oldest that selects it, else the oldest of its namespace, else that of the mesh', () => {
    expect(nameOf(sidecarFor(mesh, 'a', { app: 'web', tier: 'front' }))).toBe('web-one');
    expect(nameOf(sidecarFor(mesh, 'a', { app: 'web', tier: 'back' }))).toBe('web-two');
    expect(nameOf(sidecarFor(mesh, 'a', { app: 'shop' }))).toBe('old');
    expect(nameOf(sidecarFor(mesh, 'b', { app: 'gate' }))).toBe('mesh');
    expect(nameOf(sidecarFor(mesh, 'istio-system', { app: 'gate' }))).toBe('gates');
    expect(sidecarFor(meshOf(''), 'a', {})).toBeUndefined();
  });

  test('may be another after it changed, and the delta says so', () => {
    const next = advance(mesh, { upserts: [], removals: ['Sidecar/a/old'] });
    expect(next.delta).toMatchObject({ scopes: true, sidecars: new Set(['a/old']), routes: new Set() });
    expect(nameOf(sidecarFor(next.snapshot, 'a', {}))).toBe('young');
  });
});

describe('what a Sidecar imports', () => {
  test.each([
    ['its own namespace', '["./*"]', ['a/one.a 80', 'a/two.a 80']],
    ['another', '["b/*"]', ['b/one.b 80', 'b/x.example.com 80']],
    ['any', '["*/*"]', everything],
    ['none', '["~/*"]', []],
    ['all but a namespace', '["*/*", "~b/*"]', ['a/one.a 80', 'a/two.a 80', 'c/*.example.com 80']],
    ['all but its own namespace, and a host of any', '["*/*", "~./*", "~/one.b"]', ['b/x.example.com 80', 'c/*.example.com 80']],
    ['one host', '["./two.a", "b/one.b", "c/two.a"]', ['a/two.a 80', 'b/one.b 80']],
    ['hosts by a wildcard, in which those with one of their own lie wholly', '["*/*.example.com"]', ['b/x.example.com 80', 'c/*.example.com 80']],
    ['not what reaches beyond', '["*/x.example.com", "c/*.more.example.com"]', ['b/x.example.com 80']],
    ['names in any case', '["b/X.Example.com"]', ['b/x.example.com 80']],
  ])('is %s', (_, hosts, expected) => {
    expect(seen(meshOf(services + sidecar('a', 'default', `{egress: [{hosts: ${hosts}}]}`)))).toEqual(expected);
  });

  test('is everything when it says nothing of egress', () => {
    expect(seen(meshOf(services + sidecar('a', 'default', '{outboundTrafficPolicy: {mode: ALLOW_ANY}}')))).toEqual(everything);
  });

  test('is meant by the workload, where the Sidecar is that of the mesh', () => {
    const mesh = meshOf(services + sidecar('istio-system', 'default', '{egress: [{hosts: ["./*"]}]}'));
    expect(seen(mesh, 'a')).toEqual(['a/one.a 80', 'a/two.a 80']);
    expect(seen(mesh, 'b')).toEqual(['b/one.b 80', 'b/x.example.com 80']);
  });

  test('decides between services of one name: the own, if it is imported, else the oldest of those that are', () => {
    const named = service('a', 'shop.com') + service('b', 'shop.com', undefined, '2026-03-01T00:00:00Z') + service('c', 'shop.com', undefined, '2026-02-01T00:00:00Z');
    const imported = (hosts: string) => seen(meshOf(named + sidecar('a', 'default', `{egress: [{hosts: ${hosts}}]}`)));
    expect(imported('["*/*"]')).toEqual(['a/shop.com 80']);
    expect(imported('["b/*", "c/*"]')).toEqual(['c/shop.com 80']);
    expect(imported('["b/*"]')).toEqual(['b/shop.com 80']);
  });

  test('is nothing by listeners that are not served', () => {
    const listeners = '{port: {number: 3128, protocol: HTTP_PROXY, name: proxy}, hosts: [b/*]}, {port: {protocol: HTTP, name: http}, bind: "unix:///run/out.sock", hosts: [b/*]}';
    expect(seen(meshOf(services + sidecar('a', 'default', `{egress: [${listeners}, {hosts: [./*]}]}`)))).toEqual(['a/one.a 80', 'a/two.a 80']);
  });

  test('is on each port what its listener imports, and on the others what the last does', () => {
    const ports = '{number: 80, name: http}, {number: 90, name: grpc}, {number: 91, name: http-b}';
    const mesh = (egress: string) => meshOf(service('b', 'one.b', ports) + service('b', 'two.b', ports) + sidecar('a', 'default', `{egress: [${egress}]}`));
    const on90 = '{port: {number: 90, protocol: GRPC, name: grpc}, hosts: [b/one.b]}';
    expect(seen(mesh(`${on90}, {hosts: [b/two.b]}`))).toEqual(['b/one.b 90', 'b/two.b 80,91']);
    expect(seen(mesh(on90))).toEqual(['b/one.b 90']);
    const all = mesh(`${on90}, {hosts: ["b/*"]}`);
    expect(seen(all)).toEqual(['b/one.b 80,90,91', 'b/two.b 80,91']);
    expect(serviceFor(all, viewer(all, 'a'), 'one.b')).toBe(serviceFor(all, { namespace: 'a' }, 'one.b'));
    expect(serviceFor(all, viewer(all, 'a'), 'two.b')).toBe(serviceFor(all, viewer(all, 'a'), 'two.b'));
  });
});

describe('VirtualServices under a Sidecar', () => {
  const rules = routes('a', 'own', 'one.a', 'one.b') + routes('b', 'wide', '*.a', 'one.b') + routes('b', 'outside', 'y.example.com', 'x.example.com');
  const under = (hosts: string) => meshOf(services + rules + sidecar('a', 'default', `{egress: [{hosts: ${hosts}}]}`));
  const names = (hosts: string, host: string) => {
    const mesh = under(hosts);
    return [...virtualServicesFor(mesh, viewer(mesh, 'a'), meshGateway, host)].map(({ metadata }) => metadata.name);
  };

  test('count where they have a host in common with those imported from their namespace', () => {
    expect(names('["./*"]', 'one.a')).toEqual(['own']);
    expect(names('["./one.a", "b/*.a"]', 'one.a')).toEqual(['own', 'wide']);
    expect(names('["./two.a", "b/two.a"]', 'one.a')).toEqual(['wide']);
    expect(names('["*/*", "~b/*"]', 'one.a')).toEqual(['own']);
    expect(names('["./*", "b/one.b"]', 'two.a')).toEqual([]);
  });

  test('speak for hosts that are no service', () => {
    const mesh = under('["./*", "*/y.example.com"]');
    expect([...virtualServiceHostNames(mesh, viewer(mesh, 'a'))].sort()).toEqual(['one.a', 'y.example.com']);
  });

  test('bring along the services that they route to', () => {
    const reached = (hosts: string) => {
      const mesh = under(hosts);
      return [...destinationsFor(mesh, viewer(mesh, 'a'))].map(({ id }) => id).sort();
    };
    expect(reached('["./*"]')).toEqual(['a/one.a', 'a/two.a', 'b/one.b']);
    expect(reached('["./two.a"]')).toEqual(['a/two.a']);
    expect(reached('["b/y.example.com"]')).toEqual(['b/x.example.com']);
  });

  test('bring along those of their delegates', () => {
    const delegating = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: root, namespace: a}
spec: {hosts: [one.a], http: [{delegate: {name: leaf, namespace: b}}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: leaf, namespace: b}
spec: {http: [{route: [{destination: {host: x.example.com}}]}]}
---`;
    const mesh = meshOf(services + delegating + sidecar('a', 'default', '{egress: [{hosts: [./*]}]}'));
    const reached = [...destinationsFor(mesh, viewer(mesh, 'a'))].map(({ id }) => id).sort();
    expect(reached).toEqual(['a/one.a', 'a/two.a', 'b/x.example.com']);
  });

  test('bring others after they changed', () => {
    const later = advance(under('["./*"]'), { upserts: resourcesOf(routes('a', 'own', 'one.a', 'x.example.com')), removals: [] }).snapshot;
    expect([...destinationsFor(later, viewer(later, 'a'))].map(({ id }) => id).sort()).toEqual(['a/one.a', 'a/two.a', 'b/x.example.com']);
  });
});
