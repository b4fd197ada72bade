import { randomBytes } from 'node:crypto';
import type { JsonObject } from '@bufbuild/protobuf';
import { advance, createSnapshot, defaultMeshConfig } from '@flotilla/mesh';
import { createRoot, generateKeyPair, issueCertificate, loadAuthority, privateKeyPem } from '@flotilla/pki';
import { ProxyConfigs } from '@flotilla/protos/flotilla/proxy/v1/proxy_configs_pb.js';
import { readYaml } from '@flotilla/resources';
import { clientCredentials, createClient, fixedCertificates, serveGrpc, serverCredentials, type Certificates, type GrpcClient, type GrpcServer } from '@flotilla/rpc';
import { createLogger, systemClock } from '@flotilla/runtime';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { proxyConfigs } from './proxy-configs.ts';

const pilotId = 'spiffe://cluster.local/ns/flotilla-system/sa/pilot';
const { resources } = readYaml(
  `
apiVersion: networking.istio.io/v1
kind: WorkloadGroup
metadata: {name: reviews, namespace: shop}
spec: {metadata: {labels: {app: reviews}}, template: {labels: {version: v1}}}
---
apiVersion: networking.istio.io/v1beta1
kind: ProxyConfig
metadata: {name: reviews, namespace: shop}
spec: {selector: {matchLabels: {app: reviews}}, concurrency: 2}
`,
  { file: 'test', defaultNamespace: 'default' },
);
const { snapshot } = advance(createSnapshot(defaultMeshConfig), { upserts: resources, removals: [] });

let server: GrpcServer;
let reviews: GrpcClient<typeof ProxyConfigs>;

beforeAll(async () => {
  const authority = await loadAuthority(await createRoot({ trustDomain: 'cluster.local', nowMs: Date.now(), lifetimeMs: 3_600_000, serial: randomBytes(16) }), 'cluster.local');
  const certificates = async (spiffeId: string): Promise<Certificates> => {
    const keys = await generateKeyPair();
    const { certificatePem } = await issueCertificate(authority, { spiffeId, publicKey: keys.publicKey, nowMs: Date.now(), lifetimeMs: 3_600_000, serial: randomBytes(16) });
    return { keyPem: await privateKeyPem(keys), certChainPem: certificatePem, rootPem: authority.certificatePem };
  };
  server = await serveGrpc({
    address: '127.0.0.1:0',
    credentials: serverCredentials(fixedCertificates(await certificates(pilotId)), { requireClientCertificate: true }),
    services: [proxyConfigs(() => Promise.resolve(snapshot), 'cluster.local')],
    logger: createLogger('test', { level: 'silent' }),
    clock: systemClock,
  });
  const own = await certificates('spiffe://cluster.local/ns/shop/sa/reviews');
  reviews = createClient(ProxyConfigs, server.address, clientCredentials(fixedCertificates(own), { serverSpiffeIds: [pilotId] }));
});
afterAll(async () => {
  reviews.close();
  await server.stop(0);
});

const ask = (request: { readonly namespace: string; readonly serviceAccount: string; readonly labels: Record<string, string>; readonly group?: string; readonly own?: JsonObject }) => reviews.methods.getProxyConfig(request);

it('tells how a proxy is to be run, by its labels and those of its group', async () => {
  const own = { namespace: 'shop', serviceAccount: 'reviews' };
  expect(await ask({ ...own, labels: { app: 'reviews' } })).toMatchObject({ config: { concurrency: 2 }, labels: { app: 'reviews' } });
  expect(await ask({ ...own, labels: { version: 'v2' }, group: 'reviews' })).toMatchObject({ config: { concurrency: 2 }, labels: { app: 'reviews', version: 'v2' } });
  expect(await ask({ ...own, labels: {}, group: 'nobody' })).toMatchObject({ config: {}, labels: {} });
});

it('hears what a workload says itself, where it can be taken', async () => {
  const own = { namespace: 'shop', serviceAccount: 'reviews', labels: {} };
  expect(await ask({ ...own, own: { concurrency: 5 } })).toMatchObject({ config: { concurrency: 5 } });
  await expect(ask({ ...own, own: { concurrency: 'many' } })).rejects.toMatchObject({ code: 'MALFORMED_REQUEST' });
});

it('tells nobody of the workloads of another', async () => {
  await expect(ask({ namespace: 'shop', serviceAccount: 'ratings', labels: {} })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(ask({ namespace: 'elsewhere', serviceAccount: 'reviews', labels: {} })).rejects.toMatchObject({ code: 'FORBIDDEN' });
});
