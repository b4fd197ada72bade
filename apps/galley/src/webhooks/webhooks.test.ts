import { randomBytes, X509Certificate } from 'node:crypto';
import { connect } from 'node:tls';
import type { AdminServer } from '@flotilla/admin';
import { FlotillaError } from '@flotilla/errors';
import { readInjectionOptions, type InjectionOptions } from '@flotilla/injection';
import { customResourceDefinition } from '@flotilla/kubernetes';
import { KubernetesApi } from '@flotilla/kubernetes-api';
import { createRoot, generateKeyPair, issueCertificate, loadAuthority, privateKeyPem, serviceSpiffeId } from '@flotilla/pki';
import { kindNamed } from '@flotilla/resources';
import { createLogger } from '@flotilla/runtime';
import { eventually, hasKubeApiserver, startKubeApiserver, type TestKubeApiserver } from '@flotilla/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWebhooks } from './create-webhooks.ts';

const present = hasKubeApiserver();
const virtualServices = '/apis/networking.istio.io/v1/namespaces/default/virtualservices';
const pods = '/api/v1/namespaces/default/pods';

/** A certificate for loopback, as Citadel would issue it, and its root. */
async function certificate() {
  const times = { nowMs: Date.now(), lifetimeMs: 3_600_000 };
  const authority = await loadAuthority(await createRoot({ trustDomain: 'cluster.local', ...times, serial: randomBytes(16) }), 'cluster.local');
  const keys = await generateKeyPair();
  const issued = await issueCertificate(authority, { spiffeId: serviceSpiffeId('cluster.local', 'galley'), publicKey: keys.publicKey, ipAddresses: ['127.0.0.1'], ...times, serial: randomBytes(16) });
  return { keyPem: await privateKeyPem(keys), certChainPem: issued.certificatePem, rootPem: authority.certificatePem };
}

function told(revision: string): Promise<InjectionOptions> {
  const read = readInjectionOptions({ revision, proxyImage: 'proxy:test' });
  if ('problems' in read) throw new Error('the options are not valid');
  return Promise.resolve(read.options);
}

describe.skipIf(!present)(`the webhooks, asked by an API server${present ? '' : ' (skipped: no kube-apiserver on the PATH)'}`, () => {
  let cluster: TestKubeApiserver;
  let api: KubernetesApi;
  let webhooks: AdminServer;
  let url: string;
  let served: Awaited<ReturnType<typeof certificate>>;
  const rotated = new Set<() => void>();

  beforeAll(async () => {
    served = await certificate();
    webhooks = await createWebhooks({
      host: '127.0.0.1',
      port: 0,
      version: '0.1.0',
      certificates: { current: () => served, onRotate: (listener) => (rotated.add(listener), () => rotated.delete(listener)) },
      injection: told,
      logger: createLogger('test', { level: 'silent' }),
    });
    cluster = await startKubeApiserver();
    api = new KubernetesApi(cluster.access);
    url = await webhooks.listen();
    await api.request('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', { body: customResourceDefinition(kindNamed('VirtualService')!) });
    const register = (kind: string, name: string, rule: object, path: string, objectSelector = {}): Promise<unknown> =>
      api.request('PATCH', `/apis/admissionregistration.k8s.io/v1/${kind.toLowerCase()}s/${name}`, {
        query: { fieldManager: 'test', force: true },
        contentType: 'application/apply-patch+yaml',
        body: {
          apiVersion: 'admissionregistration.k8s.io/v1',
          kind,
          metadata: { name },
          webhooks: [{ name: `${name}.flotilla.dev`, rules: [rule], objectSelector, clientConfig: { url: `${url}${path}`, caBundle: Buffer.from(served.rootPem).toString('base64') }, sideEffects: 'None', admissionReviewVersions: ['v1'], failurePolicy: 'Fail' }],
        },
      });
    await register('ValidatingWebhookConfiguration', 'validate', { apiGroups: ['networking.istio.io'], apiVersions: ['*'], operations: ['CREATE', 'UPDATE', 'DELETE'], resources: ['*'] }, '/validate');
    await register('MutatingWebhookConfiguration', 'inject', { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }, '/inject', { matchExpressions: [{ key: 'istio.io/rev', operator: 'DoesNotExist' }] });
    await register('MutatingWebhookConfiguration', 'inject-canary', { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }, '/inject/canary', { matchLabels: { 'istio.io/rev': 'canary' } });
    // The API server takes up webhooks and definitions in its own time.
    await eventually(async () => expect(await make(pods, pod({}))).toMatchObject({ metadata: { annotations: { 'sidecar.istio.io/status': expect.any(String) as string } } }));
    await eventually(async () => {
      await expect(make(virtualServices, virtualService(['a b']))).rejects.toMatchObject({ message: expect.stringContaining('denied the request') as string });
    });
  }, 120_000);
  afterAll(async () => {
    api.close();
    await cluster.stop();
    await webhooks.close();
  });

  const make = (path: string, body: object): Promise<unknown> => api.request('POST', path, { body, query: { dryRun: 'All' } });
  // This API server does not name the account itself.
  const pod = (metadata: object, containers: object[] = [{ name: 'app', image: 'app:1' }]) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'reviews', ...metadata }, spec: { serviceAccountName: 'default', containers } });
  const virtualService = (hosts: readonly string[], name = 'reviews') => ({ apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name }, spec: { hosts, http: [{ route: [{ destination: { host: 'reviews' } }] }] } });
  const refusal = (making: Promise<unknown>): Promise<string> => making.then(() => 'was taken', (error: unknown) => (error instanceof FlotillaError ? error.message : String(error)));

  it('let a good resource in', async () => {
    expect(await make(virtualServices, virtualService(['reviews']))).toMatchObject({ metadata: { name: 'reviews' } });
  });

  it('refuse a bad one with all its problems', async () => {
    const message = await refusal(make(virtualServices, virtualService(['a b', '*.*.com'])));
    expect(message).toContain('spec.hosts[0]');
    expect(message).toContain('spec.hosts[1]');
  });

  it('let go of what was bad before they were asked', async () => {
    await api.request('POST', virtualServices, { body: { ...virtualService(['reviews'], 'going'), metadata: { name: 'going', finalizers: ['flotilla.dev/test'] } } });
    await api.request('DELETE', `${virtualServices}/going`);
    const release = { metadata: { finalizers: null }, spec: { hosts: ['a b'] } };
    await api.request('PATCH', `${virtualServices}/going`, { body: release, contentType: 'application/merge-patch+json' });
    expect(await refusal(api.request('GET', `${virtualServices}/going`))).toContain('not found');
  });

  it('give a pod its proxy, as the API server takes it', async () => {
    const probed = [{ name: 'app', image: 'app:1', ports: [{ name: 'http', containerPort: 80 }], readinessProbe: { httpGet: { path: '/ready', port: 'http' } } }];
    expect(await make(pods, pod({ labels: { app: 'reviews' } }, probed))).toMatchObject({
      metadata: { labels: { 'security.istio.io/tlsMode': 'istio', 'service.istio.io/canonical-name': 'reviews' } },
      spec: { initContainers: [{ name: 'istio-init' }, { name: 'istio-proxy', image: 'proxy:test', restartPolicy: 'Always' }], containers: [{ name: 'app', readinessProbe: { httpGet: { path: '/app-health/app/readyz', port: 15020 } } }] },
    });
  });

  it('give a pod the proxy of the revision that it asks for', async () => {
    const revision = async (labels: object): Promise<unknown> => {
      const { metadata } = (await make(pods, pod({ labels }))) as { metadata: { annotations: Record<string, string> } };
      return (JSON.parse(metadata.annotations['sidecar.istio.io/status'] ?? '{}') as { revision?: string }).revision;
    };
    expect(await revision({ app: 'reviews' })).toBe('default');
    await eventually(async () => expect(await revision({ 'istio.io/rev': 'canary' })).toBe('canary'));
  });

  it('leave a pod alone that asks for it', async () => {
    expect(await make(pods, pod({ labels: { 'sidecar.istio.io/inject': 'false' } }))).toMatchObject({ spec: { containers: [{ name: 'app' }] } });
  });

  it('refuse a pod whose annotations cannot be followed', async () => {
    expect(await refusal(make(pods, pod({ annotations: { 'sidecar.istio.io/proxyCPU': 'lots', 'status.sidecar.istio.io/port': '-1' } })))).toMatch(/proxyCPU.*status.sidecar.istio.io\/port|status.sidecar.istio.io\/port.*proxyCPU/s);
  });

  it('serve a replaced certificate on new connections', async () => {
    const servedNow = () =>
      new Promise<string>((resolve, reject) => {
        const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', rejectUnauthorized: false }, () => {
          resolve(new X509Certificate(socket.getPeerCertificate().raw).toString());
          socket.destroy();
        });
        socket.once('error', reject);
      });
    expect(await servedNow()).toBe(new X509Certificate(served.certChainPem).toString());
    served = await certificate();
    for (const listener of rotated) listener();
    expect(await servedNow()).toBe(new X509Certificate(served.certChainPem).toString());
  });
});
