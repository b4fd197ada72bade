import type { MeshConfigSpec } from '@flotilla/resources';
import { describe, expect, it } from 'vitest';
import { advance, configuredMesh, createSnapshot, defaultMeshConfig, ruleFor, serviceFor, virtualServicesFor } from './index.ts';
import { resourcesOf } from './testing/mesh-of.ts';

describe('configuredMesh', () => {
  it('leaves what a MeshConfig does not say', () => {
    expect(configuredMesh(defaultMeshConfig, {})).toEqual(defaultMeshConfig);
    expect(configuredMesh({ ...defaultMeshConfig, rootNamespace: 'root' }, { connectTimeout: '3s' })).toEqual({ ...defaultMeshConfig, rootNamespace: 'root', connectTimeoutMs: 3000 });
  });

  it.each<[MeshConfigSpec, object]>([
    [{ outboundTrafficPolicy: {} }, { outboundTrafficPolicy: 'REGISTRY_ONLY' }],
    [{ outboundTrafficPolicy: { mode: 'ALLOW_ANY_DYNAMIC_DNS' } }, { outboundTrafficPolicy: 'ALLOW_ANY_DYNAMIC_DNS' }],
    [{ pathNormalization: {} }, { pathNormalization: 'BASE' }],
    [{ h2UpgradePolicy: 'UPGRADE', dnsRefreshRate: '5s' }, { h2Upgrade: true, dnsRefreshRateMs: 5000 }],
    [{ defaultServiceExportTo: ['.'], defaultDestinationRuleExportTo: [] }, { defaultExportTo: { service: ['.'], virtualService: ['*'], destinationRule: ['*'] } }],
    [{ trustDomain: 'example.com' }, { trustDomain: 'cluster.local' }],
  ])('%j is %j', (spec, expected) => expect(configuredMesh(defaultMeshConfig, spec)).toMatchObject(expected));
});

it('decides who sees resources that do not say it themselves', () => {
  const resources = resourcesOf(`
apiVersion: mesh.istio.io/v1alpha1
kind: MeshConfig
metadata: {name: default}
spec: {defaultServiceExportTo: [.], defaultVirtualServiceExportTo: [.], defaultDestinationRuleExportTo: [.]}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: own, namespace: a}
spec: {hosts: [own.example.com], ports: [{number: 80, name: http}]}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: shared, namespace: a}
spec: {hosts: [shared.example.com], ports: [{number: 80, name: http}], exportTo: ['*']}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shared, namespace: a}
spec: {hosts: [shared.example.com], http: [{directResponse: {status: 200}}]}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: shared, namespace: a}
spec: {host: shared.example.com, trafficPolicy: {loadBalancer: {simple: RANDOM}}}
`);
  const [meshConfig, ...others] = resources;
  const before = advance(createSnapshot(defaultMeshConfig), { upserts: others, removals: [] }).snapshot;
  const after = advance(before, { upserts: [meshConfig!], removals: [] }).snapshot;
  const seenFrom = (snapshot: typeof before, namespace: string) => {
    const shared = serviceFor(snapshot, { namespace }, 'shared.example.com');
    return {
      own: serviceFor(snapshot, { namespace }, 'own.example.com') !== undefined,
      rules: [...virtualServicesFor(snapshot, { namespace }, 'mesh', 'shared.example.com')].length,
      policy: shared !== undefined && ruleFor(snapshot, { namespace, labels: {} }, shared) !== undefined,
    };
  };
  expect(seenFrom(before, 'b')).toEqual({ own: true, rules: 1, policy: true });
  expect(seenFrom(after, 'b')).toEqual({ own: false, rules: 0, policy: false });
  expect(seenFrom(after, 'a')).toEqual({ own: true, rules: 1, policy: true });
});
