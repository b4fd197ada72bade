import { join } from 'node:path';
import { expectGolden, validateWithEnvoy } from '@flotilla/testing';
import { expect, it } from 'vitest';
import type { ProxySettings } from '@flotilla/resources';
import { bootstrapOf, type BootstrapOptions } from './bootstrap.ts';
import { withDefaults } from './workload.ts';

const options: BootstrapOptions = {
  pilotAddress: ['127.0.0.1:15012', '127.0.0.1:15112'],
  credentialsAddress: '127.0.0.1:3', mixerAddress: 'mixer.example:15004',
  trustDomain: 'cluster.local',
  clusterId: 'Kubernetes',
  xdsMode: 'delta',
  adminSocket: 'admin.sock',
  secretSocket: 'sds.sock',
  statusPort: 15_020,
};

const chosen: ProxySettings = {
  meshId: 'mesh-1',
  proxyMetadata: { ISTIO_META_DNS_CAPTURE: 'true', ISTIO_META_ENABLE_SELF_DISCOVERY: 'true', ISTIO_META_NAMESPACE: 'never', MALLOC_ARENA_MAX: '2' },
  runtimeValues: { 'overload.global_downstream_max_connections': '50000', 'envoy.reloadable_features.no_extension_lookup_by_name': 'false' },
  proxyStatsMatcher: { inclusionPrefixes: ['upstream_rq_retry'], inclusionSuffixes: ['upstream_cx_active'], inclusionRegexps: ['.*circuit_breakers.*'] },
};

const workloads = {
  sidecar: withDefaults({
    name: 'reviews-v1', namespace: 'default', serviceAccount: 'bookinfo-reviews', labels: { app: 'reviews', version: 'v1' }, address: '127.20.0.4',
    ports: [{ name: 'http', number: 9080, app: '127.0.0.1:29083' }], httpProxyPort: 15002,
  }),
  intercepted: withDefaults({
    name: 'ratings-v1', labels: { app: 'ratings' }, address: '172.18.0.5', moreAddresses: ['fd00::5'], interception: 'REDIRECT', ports: [{ name: 'http', number: 9080 }],
  }),
  'configured-sidecar': withDefaults({
    name: 'reviews-v1', address: '127.20.0.4', httpProxyPort: 15002, locality: 'europe/west/rack-3', network: 'vpn', group: 'reviews',
  }),
  gateway: withDefaults({ name: 'istio-ingressgateway', namespace: 'istio-system', type: 'gateway', labels: { istio: 'ingressgateway' }, address: '127.20.0.1', bind: '127.0.0.1' }),
};

it.each(Object.entries(workloads))('writes the bootstrap of a %s, and Envoy takes it', async (name, workload) => {
  const configured = name === 'configured-sidecar';
  const bootstrap = bootstrapOf(workload, configured ? chosen : {}, { ...options, ...(configured ? { dnsResolver: '[2001:db8::53]:53' } : {}), xdsMode: name === 'gateway' ? 'sotw' : 'delta' });
  expectGolden(join(import.meta.dirname, `golden/${name}.bootstrap.json`), `${JSON.stringify(bootstrap, null, 2)}\n`);
  expect(await validateWithEnvoy(bootstrap)).toBeUndefined();
});
