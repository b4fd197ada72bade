import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubernetesApi } from '@flotilla/kubernetes-api';
import { createRoot, createSigningRequest, generateKeyPair } from '@flotilla/pki';
import { IstioCertificateService } from '@flotilla/protos/istio/v1/auth/ca_pb.js';
import { anonymousClientCredentials, createClient } from '@flotilla/rpc';
import { createLogger, loadSettings, systemClock } from '@flotilla/runtime';
import { eventually, hasKubeApiserver, startKubeApiserver, testKubeconfig, type TestKubeApiserver } from '@flotilla/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Credential } from '../credentials/credential.ts';
import { settingsSchema } from '../settings.ts';
import { startCitadel, type Citadel } from '../start-citadel.ts';
import { followSecrets } from './follow-secrets.ts';

const present = hasKubeApiserver();
const logger = createLogger('test', { level: 'silent' });
const system = '/api/v1/namespaces/flotilla-system';

describe.skipIf(!present)(`Citadel in a Kubernetes cluster${present ? '' : ' (skipped: no kube-apiserver on the PATH)'}`, () => {
  let server: TestKubeApiserver;
  let api: KubernetesApi;
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-citadel-'));
  const kubeconfig = join(folder, 'kubeconfig');
  let stops: (() => unknown)[] = [];

  beforeAll(async () => {
    server = await startKubeApiserver();
    api = new KubernetesApi({ ...server.access, namespace: 'flotilla-system' });
    writeFileSync(kubeconfig, testKubeconfig({ ...server.access, namespace: 'flotilla-system' }, await server.access.token()));
    for (const name of ['flotilla-system', 'shop']) await post('/api/v1/namespaces', { kind: 'Namespace', metadata: { name } });
    await post('/api/v1/namespaces/shop/serviceaccounts', { kind: 'ServiceAccount', metadata: { name: 'reviews' } });
  });
  afterEach(async () => {
    for (const stop of stops) await stop();
    stops = [];
  });
  afterAll(async () => {
    api.close();
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  const post = (path: string, body: object): Promise<unknown> => api.request('POST', path, { body: { apiVersion: 'v1', ...body } });

  async function start(): Promise<Citadel> {
    const stopping = new AbortController();
    stops.unshift(() => stopping.abort());
    const settings = loadSettings(settingsSchema, { argv: ['--kubernetes', '--kubeconfig', kubeconfig, '--port', '0', '--credentials-port', '0', '--admin-port', '0', '--nats-servers', '3'], env: {}, name: 'citadel', description: '' });
    return startCitadel(settings, { logger, clock: systemClock, signal: stopping.signal, onStop: (_name, stop) => stops.unshift(stop) });
  }

  async function tokenFor(audience: string): Promise<string> {
    const { status } = (await api.request('POST', '/api/v1/namespaces/shop/serviceaccounts/reviews/token', { body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { audiences: [audience] } } })) as { status: { token: string } };
    return status.token;
  }

  async function ask(citadel: Citadel, token: string, spiffeId: string): Promise<string[]> {
    const client = createClient(IstioCertificateService, citadel.address, anonymousClientCredentials({ rootPem: citadel.rootPem, serverSpiffeIds: ['spiffe://cluster.local/ns/flotilla-system/sa/citadel'] }));
    try {
      return (await client.methods.createCertificate({ csr: await createSigningRequest(await generateKeyPair(), spiffeId), validityDuration: 0n }, { headers: { authorization: `Bearer ${token}` } })).certChain;
    } finally {
      client.close();
    }
  }

  const textsIn = async (name: string): Promise<Record<string, string>> => {
    const { data } = (await api.request('GET', `${system}/secrets/${name}`)) as { data: Record<string, string> };
    return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
  };

  it('certifies service accounts by their tokens, as themselves alone', async () => {
    const citadel = await start();
    const token = await tokenFor('istio-ca');
    expect(await ask(citadel, token, 'spiffe://cluster.local/ns/shop/sa/reviews')).toHaveLength(2);
    await expect(ask(citadel, token, 'spiffe://cluster.local/ns/shop/sa/ratings')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(ask(citadel, await tokenFor('somebody'), 'spiffe://cluster.local/ns/shop/sa/reviews')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(ask(citadel, await server.access.token(), 'spiffe://cluster.local/ns/shop/sa/reviews')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('keeps its root, and what services need, in Secrets', async () => {
    const first = await start();
    const [galley, nats, admin] = await Promise.all(['flotilla-nats-galley', 'flotilla-nats-server', 'flotilla-admin'].map(textsIn));
    expect(nats?.['nats.conf']).toContain(galley?.['nats.password']);
    expect(nats?.['nats.conf']).toContain('nats-2.nats-peers.flotilla-system.svc:6222');
    expect((await fetch(`${first.adminUrl}/v1/issued`)).status).toBe(401);
    for (const stop of stops) await stop();
    stops = [];
    const second = await start();
    expect(second.rootPem).toBe(first.rootPem);
    expect(await textsIn('flotilla-admin')).toEqual(admin);
  });

  it('gives every namespace the root, and puts it back', async () => {
    const { rootPem } = await start();
    const rootIn = async (namespace: string): Promise<unknown> => api.request('GET', `/api/v1/namespaces/${namespace}/configmaps/istio-ca-root-cert`);
    const right = { data: { 'root-cert.pem': rootPem }, metadata: { ownerReferences: [{ kind: 'Namespace', name: 'flotilla-system' }] } };
    await eventually(async () => expect(await rootIn('shop')).toMatchObject(right));
    await post('/api/v1/namespaces', { kind: 'Namespace', metadata: { name: 'late' } });
    await eventually(async () => expect(await rootIn('late')).toMatchObject(right));
    await api.request('DELETE', '/api/v1/namespaces/shop/configmaps/istio-ca-root-cert');
    await api.request('PATCH', '/api/v1/namespaces/late/configmaps/istio-ca-root-cert', { contentType: 'application/merge-patch+json', body: { data: { 'root-cert.pem': 'forged' } } });
    await eventually(async () => expect(await rootIn('shop')).toMatchObject(right));
    await eventually(async () => expect(await rootIn('late')).toMatchObject(right));
    await expect(rootIn('kube-system')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('gives the webhooks of the mesh the root, and puts it back', async () => {
    const path = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';
    const webhook = (name: string) => ({ name: `${name}.flotilla.dev`, clientConfig: { service: { namespace: 'flotilla-system', name: 'galley' } }, sideEffects: 'None', admissionReviewVersions: ['v1'], failurePolicy: 'Ignore' });
    const register = (name: string, labels: object, webhooks: object[]): Promise<unknown> => api.request('POST', path, { body: { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration', metadata: { name, labels }, webhooks } });
    await register('ours', { 'app.kubernetes.io/part-of': 'flotilla' }, [webhook('first'), webhook('second')]);
    await register('theirs', {}, [webhook('other')]);
    const { rootPem } = await start();
    const bundle = Buffer.from(rootPem).toString('base64');
    const right = { webhooks: [{ name: 'first.flotilla.dev', clientConfig: { caBundle: bundle } }, { name: 'second.flotilla.dev', clientConfig: { caBundle: bundle } }] };
    await eventually(async () => expect(await api.request('GET', `${path}/ours`)).toMatchObject(right));
    await api.request('PATCH', `${path}/ours`, { contentType: 'application/json-patch+json', body: [{ op: 'remove', path: '/webhooks/1/clientConfig/caBundle' }] });
    await eventually(async () => expect(await api.request('GET', `${path}/ours`)).toMatchObject(right));
    expect(await api.request('GET', `${path}/theirs`)).not.toMatchObject({ webhooks: [{ clientConfig: { caBundle: expect.anything() as unknown } }] });
  });

  it('follows the Secrets of gateways', async () => {
    const { certificatePem, keyPem } = await createRoot({ trustDomain: 'shop.com', nowMs: Date.now(), lifetimeMs: 3_600_000, serial: new Uint8Array(16).fill(1) });
    const secret = (name: string, stringData: object): object => ({ kind: 'Secret', metadata: { name }, stringData });
    await post(`${system}/secrets`, secret('web', { 'tls.crt': certificatePem, 'tls.key': keyPem }));
    await post(`${system}/secrets`, secret('other', { password: 'x' }));
    let held: readonly Credential[] = [];
    stops.unshift(followSecrets({ api, namespaces: ['flotilla-system'], clock: systemClock, logger }, (credentials) => (held = credentials)));
    const names = (): string[] => held.map(({ name }) => name);
    await eventually(() => expect(names()).toEqual(['web']));
    await api.request('PATCH', `${system}/secrets/web`, { contentType: 'application/merge-patch+json', body: { stringData: { 'tls.key': 'broken' } } });
    await post(`${system}/secrets`, secret('late', { cert: certificatePem, key: keyPem }));
    await eventually(() => expect(names()).toEqual(['late', 'web']));
    expect(held.find(({ name }) => name === 'web')?.certificate?.keyPem).toBe(keyPem);
    await api.request('DELETE', `${system}/secrets/late`);
    await eventually(() => expect(names()).toEqual(['web']));
  });
});
