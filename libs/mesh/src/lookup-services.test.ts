import type { MeshResource } from '@flotilla/resources';
import { expect, test } from 'vitest';
import { advance, createSnapshot, defaultMeshConfig, endpointsOf, serviceFor, servicesAtAddress, servicesOfWorkload } from './index.ts';
import { meshOf, resourcesOf } from './testing/mesh-of.ts';

function entry(namespace: string, name: string, created: string, more = ''): string {
  return `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ${name}, namespace: ${namespace}, creationTimestamp: '${created}'}
spec:
  hosts: [shop.example.com]
  location: MESH_INTERNAL
  resolution: STATIC
  ${more}
---`;
}

const port80 = 'ports: [{number: 80, name: http}]';

test('a host means the service of the own namespace, else the oldest that is visible', () => {
  const mesh = meshOf(
    entry('a', 'young', '2026-03-01T00:00:00Z', port80) +
      entry('b', 'old', '2026-01-01T00:00:00Z', `${port80}\n  exportTo: [b, d]`) +
      entry('c', 'middle', '2026-02-01T00:00:00Z', port80),
  );
  const namespaceFor = (client: string) => serviceFor(mesh, { namespace: client }, 'shop.example.com')?.namespace;
  expect(['a', 'b', 'c', 'd', 'e'].map(namespaceFor)).toEqual(['a', 'b', 'c', 'b', 'c']);
  expect(serviceFor(mesh, { namespace: 'a' }, 'other.example.com')).toBeUndefined();
});

test('entries of one namespace and host make one service, of which the oldest says what it is', () => {
  const mesh = meshOf(
    entry('a', 'second', '2026-02-01T00:00:00Z', 'ports: [{number: 80, name: tcp}, {number: 443, name: tls}]\n  endpoints: [{address: 10.0.0.2}]') +
      entry('a', 'first', '2026-01-01T00:00:00Z', `${port80}\n  endpoints: [{address: 10.0.0.1, serviceAccount: shop}]`),
  );
  const service = serviceFor(mesh, { namespace: 'a' }, 'shop.example.com')!;
  expect(service.ports.map(({ number, protocol }) => [number, protocol])).toEqual([[80, 'HTTP'], [443, 'TLS']]);
  expect(service.identities).toEqual(['spiffe://cluster.local/ns/a/sa/shop']);
  expect(endpointsOf(mesh, service).map(({ address }) => address)).toEqual(['10.0.0.1', '10.0.0.2']);
});

test('a workload serves what selects it, registered or not, and what has an endpoint at its address', () => {
  const mesh = meshOf(
    `${entry('a', 'selecting', '2026-01-01T00:00:00Z', `${port80}\n  workloadSelector: {labels: {app: shop, tier: web}}`)}
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: listed, namespace: b}
spec: {hosts: [listed.example.com], resolution: STATIC, ports: [{number: 80, name: http}], endpoints: [{address: 10.0.0.9}]}
`,
  );
  const hostsOf = (labels: Record<string, string>, addresses: string[], namespace = 'a') => servicesOfWorkload(mesh, { namespace, labels, addresses }).map(({ host }) => host);
  expect(hostsOf({ app: 'shop', tier: 'web', version: 'v1' }, [])).toEqual(['shop.example.com']);
  expect(hostsOf({ app: 'shop' }, ['10.0.0.9'])).toEqual(['listed.example.com']);
  expect(hostsOf({ app: 'shop', tier: 'web' }, [], 'b')).toEqual([]);
});

test('services that claim one address come the oldest first', () => {
  const mesh = meshOf(
    entry('a', 'young', '2026-02-01T00:00:00Z', `${port80}\n  addresses: [240.0.0.1]`) +
      entry('b', 'old', '2026-01-01T00:00:00Z', `${port80}\n  addresses: [240.0.0.1]`).replace('shop.', 'old.'),
  );
  expect(servicesAtAddress(mesh, { namespace: 'c' }, '240.0.0.1').map(({ namespace }) => namespace)).toEqual(['b', 'a']);
});

test('endpoints that a registry lists count, its selector says whose they are', () => {
  const mesh = advance(createSnapshot(defaultMeshConfig), { upserts: resourcesOf(entry('a', 'shop', '2026-01-01T00:00:00Z', `${port80}\n  workloadSelector: {labels: {app: shop}}`)).map(listed), removals: [] }).snapshot;
  const service = serviceFor(mesh, { namespace: 'a' }, 'shop.example.com')!;
  expect(endpointsOf(mesh, service).map(({ address }) => address)).toEqual(['10.0.0.1']);
  expect(servicesOfWorkload(mesh, { namespace: 'a', labels: { app: 'shop' }, addresses: ['10.0.0.9'] })).toEqual([service]);
});

function listed(resource: MeshResource): MeshResource {
  return resource.kind === 'ServiceEntry' ? { ...resource, spec: { ...resource.spec, endpoints: [{ address: '10.0.0.1' }] } } : resource;
}
