import { describe, expect, test } from 'vitest';
import { advance, createSnapshot, defaultMeshConfig, endpointsOf, modeAt, mutualTlsFor, serviceFor, takesMutualTls, type Snapshot } from './index.ts';
import { meshOf, resourcesOf } from './testing/mesh-of.ts';

function policy(namespace: string, name: string, spec: string, created = '2026-01-01T00:00:00Z'): string {
  return `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: ${name}, namespace: ${namespace}, creationTimestamp: '${created}'}
spec: ${spec}
---`;
}

describe('how a workload lets itself be called', () => {
  const web = { app: 'web' };
  const modes = (text: string, ports = [80, 81]) => {
    const mutualTls = mutualTlsFor(meshOf(text), 'shop', web);
    return [mutualTls.mode, ...ports.map((port) => modeAt(mutualTls, port))];
  };
  const ofMesh = policy('istio-system', 'mesh', '{mtls: {mode: PERMISSIVE}}');
  const ofNamespace = policy('shop', 'shop', '{mtls: {mode: DISABLE}}');

  test('is as the nearest policy says: its own, its namespace\'s, the mesh\'s, the settings\'', () => {
    expect(modes('')).toEqual(['STRICT', 'STRICT', 'STRICT']);
    expect(modes(ofMesh)).toEqual(['PERMISSIVE', 'PERMISSIVE', 'PERMISSIVE']);
    expect(modes(ofMesh + ofNamespace)).toEqual(['DISABLE', 'DISABLE', 'DISABLE']);
    expect(modes(ofMesh + ofNamespace + policy('shop', 'web', '{selector: {matchLabels: {app: web}}, mtls: {mode: STRICT}}'))).toEqual(['STRICT', 'STRICT', 'STRICT']);
    expect(modes(policy('shop', 'api', '{selector: {matchLabels: {app: api}}, mtls: {mode: DISABLE}}'))).toEqual(['STRICT', 'STRICT', 'STRICT']);
  });

  test('is by port where its own policy says so, and what is unset is left to the next wider', () => {
    const own = policy('shop', 'web', '{selector: {matchLabels: {app: web}}, mtls: {mode: UNSET}, portLevelMtls: {80: {mode: STRICT}, 81: {mode: UNSET}}}');
    expect(modes(ofMesh + own)).toEqual(['PERMISSIVE', 'STRICT', 'PERMISSIVE']);
    expect(modes(ofMesh + policy('shop', 'shop', '{mtls: {mode: UNSET}}'))).toEqual(['PERMISSIVE', 'PERMISSIVE', 'PERMISSIVE']);
  });

  test('is as the oldest of several policies says', () => {
    expect(modes(policy('shop', 'a-young', '{mtls: {mode: STRICT}}', '2026-02-01T00:00:00Z') + ofNamespace)).toEqual(['DISABLE', 'DISABLE', 'DISABLE']);
  });
});

describe('endpoints', () => {
  const service = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: web, namespace: shop}
spec:
  hosts: [web.shop]
  location: MESH_INTERNAL
  resolution: STATIC
  ports: [{number: 80, name: http}]
  workloadSelector: {labels: {app: web}}
---
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: {name: web-1, namespace: shop}
spec: {address: 10.0.0.1, labels: {app: web, security.istio.io/tlsMode: istio}}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: other}
spec:
  hosts: [api.other]
  location: MESH_INTERNAL
  resolution: STATIC
  ports: [{number: 80, name: http}]
  endpoints: [{address: 10.0.0.2, labels: {security.istio.io/tlsMode: istio}}, {address: 10.0.0.3}]
---`;
  const called = (mesh: Snapshot, host: string, port = 80) => endpointsOf(mesh, serviceFor(mesh, { namespace: 'shop' }, host)!).map((endpoint) => takesMutualTls(endpoint, port));
  const mesh = meshOf(service);

  test('take mTLS where a sidecar stands before them', () => {
    expect([called(mesh, 'web.shop'), called(mesh, 'api.other')]).toEqual([[true], [true, false]]);
    const plain = advance(createSnapshot({ ...defaultMeshConfig, mtlsMode: 'DISABLE' }), { upserts: resourcesOf(service), removals: [] }).snapshot;
    expect([called(plain, 'web.shop'), called(plain, 'api.other')]).toEqual([[false], [false, false]]);
  });

  test('change with policies, and no others do', () => {
    const next = advance(mesh, { upserts: resourcesOf(policy('shop', 'shop', '{mtls: {mode: DISABLE}}')), removals: [] });
    expect([called(next.snapshot, 'web.shop'), called(next.snapshot, 'api.other')]).toEqual([[false], [true, false]]);
    expect(next.delta).toMatchObject({ services: new Set(), endpoints: new Set(['shop/web.shop']), peerAuthentications: new Set(['shop/shop']), scopes: false });
    const back = advance(next.snapshot, { upserts: [], removals: ['PeerAuthentication/shop/shop'] });
    expect([called(back.snapshot, 'web.shop'), [...back.delta.endpoints]]).toEqual([[true], ['shop/web.shop']]);
    const everywhere = advance(mesh, { upserts: resourcesOf(policy('istio-system', 'mesh', '{mtls: {mode: DISABLE}}')), removals: [] });
    expect([...everywhere.delta.endpoints].sort()).toEqual(['other/api.other', 'shop/web.shop']);
  });

  test('may take it on some ports alone', () => {
    const own = policy('shop', 'web', '{selector: {matchLabels: {app: web}}, mtls: {mode: DISABLE}, portLevelMtls: {443: {mode: PERMISSIVE}}}');
    const next = advance(mesh, { upserts: resourcesOf(own), removals: [] }).snapshot;
    expect([called(next, 'web.shop', 80), called(next, 'web.shop', 443)]).toEqual([[false], [true]]);
  });
});
