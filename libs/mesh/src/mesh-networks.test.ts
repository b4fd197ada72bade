import { clusterServiceName, externalAddressesAnnotation, type MeshResource } from '@flotilla/resources';
import { describe, expect, it } from 'vitest';
import { advance, createSnapshot, defaultMeshConfig, gatewayNames, type Snapshot } from './index.ts';
import { resourcesOf } from './testing/mesh-of.ts';

const networks = `
apiVersion: mesh.istio.io/v1alpha1
kind: MeshConfig
metadata: {name: default, namespace: istio-system}
spec:
  networks:
    wide: {endpoints: [{fromCidr: 10.0.0.0/8}]}
    narrow: {endpoints: [{fromCidr: 10.1.0.0/16}, {fromCidr: 192.0.2.1}]}
    inside:
      endpoints: [{fromRegistry: Kubernetes}, {fromRegistry: elsewhere}]
      gateways: [{registryServiceName: eastwest.shop.svc.cluster.local, port: 15443}]
---`;

/** A Service of the cluster, as Galley tells of it. */
function serviceOfCluster(name: string, endpoints: string, externalAddresses = ''): MeshResource[] {
  const [entry] = resourcesOf(`
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ${name}, namespace: shop, annotations: {${externalAddresses === '' ? '' : `${externalAddressesAnnotation}: '${externalAddresses}'`}}}
spec:
  hosts: [${name}.shop.svc.cluster.local]
  location: MESH_INTERNAL
  resolution: STATIC
  ports: [{number: 15443, name: tls, targetPort: 8443}]
  endpoints: ${endpoints}`);
  return entry?.kind === 'ServiceEntry' ? [{ ...entry, metadata: { ...entry.metadata, name: clusterServiceName(name) } }] : [];
}

const mesh = (...upserts: readonly MeshResource[]): Snapshot => advance(createSnapshot(defaultMeshConfig), { upserts, removals: [] }).snapshot;
const networksOf = (snapshot: Snapshot, host: string): Record<string, string> => Object.fromEntries((snapshot.services.endpoints.get(`shop/${host}`) ?? []).map(({ address, network }) => [address, network]));

describe('networks of the mesh', () => {
  const workloads = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: shop, namespace: shop}
spec: {hosts: [shop.test], resolution: STATIC, ports: [{number: 80, name: http}], workloadSelector: {labels: {app: shop}}}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: listed, namespace: shop}
spec:
  hosts: [listed.test]
  resolution: DNS
  ports: [{number: 80, name: http}]
  endpoints: [{address: 10.2.0.1}, {address: 192.0.2.1}, {address: 192.0.2.2}, {address: '2001:db8::1'}, {address: name.example.com}, {address: 10.2.0.2, network: own}, {address: 10.2.0.3, labels: {topology.istio.io/network: labelled}}]
---
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: {name: one, namespace: shop}
spec: {address: 10.1.0.1, labels: {app: shop}}`;

  it('are those of endpoints that do not name their own, by the widest block', () => {
    const snapshot = mesh(...resourcesOf(`${networks}${workloads}`));
    expect(networksOf(snapshot, 'listed.test')).toEqual({ '10.2.0.1': 'wide', '192.0.2.1': 'narrow', '192.0.2.2': '', '2001:db8::1': '', 'name.example.com': '', '10.2.0.2': 'own', '10.2.0.3': 'labelled' });
    expect(networksOf(snapshot, 'shop.test')).toEqual({ '10.1.0.1': 'wide' });
  });

  it('hold for what was there before them', () => {
    const before = mesh(...resourcesOf(workloads));
    expect(networksOf(before, 'shop.test')).toEqual({ '10.1.0.1': '' });
    const { snapshot } = advance(before, { upserts: resourcesOf(networks), removals: [] });
    expect(networksOf(snapshot, 'shop.test')).toEqual({ '10.1.0.1': 'wide' });
    expect(networksOf(advance(snapshot, { upserts: [], removals: ['MeshConfig/istio-system/default'] }).snapshot, 'shop.test')).toEqual({ '10.1.0.1': '' });
  });

  it('take in all that a registry tells of, and nothing else for that', () => {
    const snapshot = mesh(...resourcesOf(`${networks}${workloads}`), ...serviceOfCluster('inside', '[{address: 10.1.0.9}, {address: 203.0.113.1}]'));
    expect(networksOf(snapshot, 'inside.shop.svc.cluster.local')).toEqual({ '10.1.0.9': 'inside', '203.0.113.1': 'inside' });
    expect(networksOf(snapshot, 'listed.test')['192.0.2.2']).toBe('');
  });
});

describe('gateways that have a name', () => {
  const named = resourcesOf(`
apiVersion: mesh.istio.io/v1alpha1
kind: MeshConfig
metadata: {name: default, namespace: istio-system}
spec:
  networks:
    far: {gateways: [{address: Far.example.com, port: 15443}, {address: 192.0.2.9, port: 443}]}`);
  const balanced = serviceOfCluster('eastwest', '[{address: 10.9.0.7}]', 'balancer.example.com');
  const names = new Map([['far.example.com', ['192.0.2.1', '192.0.2.2']], ['balancer.example.com', ['198.51.100.1']]]);

  it('are looked up', () => {
    expect(gatewayNames(mesh(...named))).toEqual(new Set(['far.example.com']));
    expect(gatewayNames(mesh(...resourcesOf(networks), ...balanced))).toEqual(new Set(['balancer.example.com']));
  });

  it('are where their names were found, and nowhere before', () => {
    const before = mesh(...named);
    const ip = { address: '192.0.2.9', port: 443 };
    expect(before.networkGateways).toEqual(new Map([['far', [ip]]]));
    const { snapshot, delta } = advance(before, { upserts: [], removals: [], names });
    expect(snapshot.networkGateways).toEqual(new Map([['far', [{ address: '192.0.2.1', port: 15443 }, { address: '192.0.2.2', port: 15443 }, ip]]]));
    expect(delta).toMatchObject({ mesh: false, scopes: true });
    expect(advance(snapshot, { upserts: [], removals: [], names }).delta.scopes).toBe(false);
  });

  it('stay where they were found while everything else changes', () => {
    const { snapshot } = advance(mesh(...named), { upserts: [], removals: [], names });
    const inside = advance(snapshot, { upserts: [...resourcesOf(networks), ...balanced], removals: [] }).snapshot;
    expect(inside.networkGateways.get('inside')).toEqual([{ address: '198.51.100.1', port: 15443 }]);
    expect(advance(inside, { upserts: named, removals: [] }).snapshot.networkGateways).toEqual(snapshot.networkGateways);
  });
});

describe('the way into the network of a cluster', () => {
  const [config] = resourcesOf(networks);
  const gateways = (externalAddresses?: string) => mesh(...(config === undefined ? [] : [config]), ...serviceOfCluster('eastwest', '[{address: 10.9.0.7}]', externalAddresses)).networkGateways.get('inside');

  it('is where its service is reached from outside', () => {
    expect(gateways('198.51.100.1,198.51.100.2')).toEqual([{ address: '198.51.100.1', port: 15443 }, { address: '198.51.100.2', port: 15443 }]);
  });

  it('is nowhere as long as the service is not', () => {
    expect(gateways()).toBeUndefined();
  });
});
