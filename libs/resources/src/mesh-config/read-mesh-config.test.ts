import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readMeshConfig } from './read-mesh-config.ts';

const file = new URL('../../../../../shared/cases/mesh-defaults.json', import.meta.url);

describe('readMeshConfig', () => {
  it('takes the fields alone, and the resource that they are of', () => {
    const spec = { outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } };
    const read = readMeshConfig(spec);
    expect(read).toMatchObject({ resource: { kind: 'MeshConfig', metadata: { name: 'default', namespace: 'istio-system' }, spec }, warnings: [] });
    expect(readMeshConfig({ spec })).toEqual(read);
    expect(readMeshConfig({ apiVersion: 'mesh.istio.io/v1alpha1', kind: 'MeshConfig', metadata: { name: 'default' }, spec })).toEqual(read);
  });

  it('tells every problem where the user wrote it', () => {
    const bad = { connectTimeout: '1', outboundTrafficPolicy: { mode: 'SOME' }, rootNameSpace: 'a' };
    const paths = (document: unknown) => {
      const read = readMeshConfig(document);
      return 'problems' in read ? read.problems.map(({ path }) => path).sort() : [];
    };
    expect(paths(bad)).toEqual(['connectTimeout', 'outboundTrafficPolicy.mode', 'rootNameSpace']);
    expect(paths({ spec: bad })).toEqual(['spec.connectTimeout', 'spec.outboundTrafficPolicy.mode', 'spec.rootNameSpace']);
    expect(paths('text')).toEqual(['']);
  });

  it('warns of what changes nothing', () => {
    expect(readMeshConfig({ proxyHttpPort: 3128, enableAutoMtls: true, defaultConfig: { concurrency: 2, statusPort: 15020 } })).toMatchObject({
      warnings: [{ path: 'proxyHttpPort', severity: 'warning' }, { path: 'defaultConfig.statusPort', severity: 'warning' }],
    });
  });

  it('takes what is new in Istio, and says what of it changes nothing', () => {
    const newest = {
      defaultTrafficPolicy: { connectionPool: { tcp: { maxConnections: 10 } }, loadBalancer: { simple: 'ROUND_ROBIN' } },
      outboundTrafficPolicy: { mode: 'ALLOW_ANY_DYNAMIC_DNS', tls: { mode: 'SIMPLE' } },
      serviceEntryVisibility: { applyToSidecars: true },
      defaultConfig: { statsCompression: false, connectionSettings: { profile: 'EDGE' } },
    };
    const read = readMeshConfig(newest);
    expect('resource' in read ? read.warnings.map(({ path }) => path).sort() : read).toEqual([
      'defaultConfig.connectionSettings', 'defaultConfig.statsCompression', 'defaultTrafficPolicy.loadBalancer', 'outboundTrafficPolicy.tls', 'serviceEntryVisibility',
    ]);
    expect(readMeshConfig({ defaultTrafficPolicy: { connectionPool: { tcp: { connectTimeout: '0s' } }, outlierDetection: { interval: '1' } } })).toMatchObject({
      problems: [{ path: 'defaultTrafficPolicy.outlierDetection.interval' }, { path: 'defaultTrafficPolicy.connectionPool.tcp.connectTimeout' }],
    });
  });

  it('takes no other resource', () => {
    const sidecar = { apiVersion: 'networking.istio.io/v1', kind: 'Sidecar', spec: { egress: [{ hosts: ['*/*'] }] } };
    expect(readMeshConfig(sidecar)).toMatchObject({ problems: [{ path: 'kind' }] });
  });

  it.skipIf(!existsSync(file))("takes Istio's own defaults (skipped where ../shared/cases is absent)", () => {
    expect(readMeshConfig(JSON.parse(readFileSync(file, 'utf8')))).toHaveProperty('resource.spec.rootNamespace', 'istio-system');
  });
});
