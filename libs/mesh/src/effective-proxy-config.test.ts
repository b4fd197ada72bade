import { expect, it } from 'vitest';
import { effectiveProxyConfig } from './effective-proxy-config.ts';
import { meshOf } from './testing/mesh-of.ts';

const config = (namespace: string, name: string, spec: string): string => `
apiVersion: networking.istio.io/v1beta1
kind: ProxyConfig
metadata: {name: ${name}, namespace: ${namespace}}
spec: ${spec}
---`;

const meshConfig = `
apiVersion: mesh.istio.io/v1alpha1
kind: MeshConfig
metadata: {name: default}
spec:
  caCertificates: [{pem: "-----BEGIN CERTIFICATE-----\\nAA==\\n-----END CERTIFICATE-----"}]
  defaultConfig:
    concurrency: 4
    drainDuration: 30s
    statusPort: 15020
    gatewayTopology: {numTrustedProxies: 2}
    proxyMetadata: {A: mesh, B: mesh, C: mesh, D: mesh}
---`;

it('takes each thing from the narrowest that says it, and variables from all', () => {
  const mesh = meshOf(
    meshConfig +
      config('istio-system', 'all', '{concurrency: 3, environmentVariables: {B: root, C: root, D: root}}') +
      config('shop', 'shop', '{environmentVariables: {C: namespace, D: namespace}}') +
      config('shop', 'reviews', '{selector: {matchLabels: {app: reviews}}, concurrency: 0, environmentVariables: {D: workload}}'),
  );
  expect(effectiveProxyConfig(mesh, 'shop', { app: 'reviews', version: 'v1' })).toMatchObject({ concurrency: 0, drainDuration: '30s', proxyMetadata: { A: 'mesh', B: 'root', C: 'namespace', D: 'workload' } });
  expect(effectiveProxyConfig(mesh, 'shop', { app: 'ratings' })).toMatchObject({ concurrency: 3, proxyMetadata: { D: 'namespace' } });
  expect(effectiveProxyConfig(mesh, 'elsewhere', { app: 'reviews' })).toMatchObject({ concurrency: 3, proxyMetadata: { D: 'root' } });
});

it('hears the workload itself after what selects it, and before its namespace', () => {
  const mesh = meshOf(
    meshConfig +
      config('shop', 'shop', '{concurrency: 1, environmentVariables: {C: namespace, D: namespace}}') +
      config('shop', 'reviews', '{selector: {matchLabels: {app: reviews}}, environmentVariables: {D: workload}}'),
  );
  const own = { concurrency: 8, drainDuration: '7s', statusPort: 1, proxyMetadata: { C: 'own', D: 'own' } };
  expect(effectiveProxyConfig(mesh, 'shop', { app: 'reviews' }, own)).toMatchObject({ concurrency: 8, drainDuration: '7s', proxyMetadata: { A: 'mesh', C: 'own', D: 'workload' } });
  expect(effectiveProxyConfig(meshOf(''), 'shop', {}, own)).toEqual({ concurrency: 8, drainDuration: '7s', proxyMetadata: { C: 'own', D: 'own' } });
});

it('tells agents of roots of the mesh, and of nothing that they cannot heed', () => {
  const told = effectiveProxyConfig(meshOf(meshConfig), 'shop', {});
  expect(Object.keys(told).sort()).toEqual(['caCertificatesPem', 'concurrency', 'drainDuration', 'proxyMetadata']);
  expect(told.caCertificatesPem).toHaveLength(1);
  expect(effectiveProxyConfig(meshOf(''), 'shop', {})).toEqual({});
});
