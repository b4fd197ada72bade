import { analyze, createView, describeOrigin, readWritten } from '@flotilla/analysis';
import { KubernetesApi } from '@flotilla/kubernetes-api';
import { eventually, hasKubeApiserver, startKubeApiserver, type TestKubeApiserver } from '@flotilla/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collections } from '../kubernetes/collections.ts';
import { applyObject, writeKubeconfig, type Applied } from '../testing/cluster.ts';
import { installKinds } from '../testing/install-kinds.ts';
import { prepareGround, type Ground, type RunningGalley } from '../testing/running-galley.ts';

const present = hasKubeApiserver();

interface Said {
  readonly code: string;
  readonly origin: string;
  readonly message: string;
  readonly path?: string;
}

const container = (name: string, more: object = {}): object => ({ name, image: name, ...more });

/** Mistakes that are seen in objects of Kubernetes, and resources that depend on these. */
const objects: readonly (readonly [string, Applied])[] = [
  ['/api/v1/namespaces', { kind: 'Namespace', metadata: { name: 'shop', labels: { 'istio-injection': 'enabled' }, annotations: { 'sidecar.istio.io/inject': 'true' } } }],
  ['/api/v1/namespaces', { kind: 'Namespace', metadata: { name: 'undecided', labels: { 'istio-injection': 'enabled', 'istio.io/rev': 'canary' } } }],
  ['/api/v1/namespaces', { kind: 'Namespace', metadata: { name: 'silent' } }],
  ['/api/v1/namespaces/shop/pods', { kind: 'Pod', metadata: { name: 'bare', labels: { app: 'bare' } }, spec: { containers: [container('app')] } }],
  ['/api/v1/namespaces/shop/pods', { kind: 'Pod', metadata: { name: 'native', labels: { app: 'native' } }, spec: { initContainers: [container('istio-proxy', { restartPolicy: 'Always' })], containers: [container('app')] } }],
  ['/api/v1/namespaces/shop/pods', { kind: 'Pod', metadata: { name: 'declined', labels: { 'sidecar.istio.io/inject': 'false' } }, spec: { containers: [container('app')] } }],
  ['/api/v1/namespaces/shop/pods', { kind: 'Pod', metadata: { name: 'by-annotation', annotations: { 'sidecar.istio.io/inject': 'false', 'sidecar.istio.io/statusPort': '1', 'example.com/other': 'x' } }, spec: { containers: [container('app')] } }],
  ['/api/v1/namespaces/shop/pods', { kind: 'Pod', metadata: { name: 'of-the-node' }, spec: { hostNetwork: true, containers: [container('app')] } }],
  ['/api/v1/namespaces/shop/pods', { kind: 'Pod', metadata: { name: 'suppressed', annotations: { 'galley.istio.io/analyze-suppress': 'IST0103' } }, spec: { containers: [container('app')] } }],
  ['/api/v1/namespaces/shop/pods', { kind: 'Pod', metadata: { name: 'stuck' }, spec: { containers: [{ name: 'istio-proxy', image: 'auto' }] } }],
  ['/api/v1/namespaces/shop/pods', { kind: 'Pod', metadata: { name: 'same-user' }, spec: { containers: [container('istio-proxy'), container('app', { securityContext: { runAsUser: 1337 } })] } }],
  ['/api/v1/namespaces/shop/pods', { kind: 'Pod', metadata: { name: 'edge', labels: { app: 'edge' } }, spec: { containers: [container('istio-proxy', { ports: [{ name: 'web', containerPort: 8080 }] })] } }],
  ['/api/v1/namespaces/shop/services', { kind: 'Service', metadata: { name: 'edge' }, spec: { selector: { app: 'edge' }, ports: [{ name: 'web', port: 80, targetPort: 'web' }] } }],
  ['/apis/networking.istio.io/v1/namespaces/shop/gateways', { kind: 'Gateway', metadata: { name: 'edge' }, spec: { selector: { app: 'edge' }, servers: [8080, 8081].map((number) => ({ port: { number, name: `http-${number}`, protocol: 'HTTP' }, hosts: ['*'] })) } }],
  ['/apis/networking.istio.io/v1/namespaces/shop/sidecars', { kind: 'Sidecar', metadata: { name: 'bare' }, spec: { workloadSelector: { labels: { app: 'bare' } }, egress: [{ hosts: ['./*'] }] } }],
  ['/apis/networking.istio.io/v1/namespaces/shop/sidecars', { kind: 'Sidecar', metadata: { name: 'ended' }, spec: { workloadSelector: { labels: { app: 'ended' } }, egress: [{ hosts: ['./*'] }] } }],
  ['/api/v1/namespaces/shop/pods', { kind: 'Pod', metadata: { name: 'ended', labels: { app: 'ended' } }, spec: { containers: [container('istio-proxy')] } }],
];

describe.skipIf(!present)(`analysis of a Kubernetes cluster${present ? '' : ' (skipped: no kube-apiserver on the PATH)'}`, () => {
  let server: TestKubeApiserver;
  let direct: KubernetesApi;
  let ground: Ground;
  let galley: RunningGalley;

  beforeAll(async () => {
    server = await startKubeApiserver();
    direct = new KubernetesApi(server.direct);
    await installKinds(direct);
    for (const [collection, object] of objects) await applyObject(direct, collection, object);
    await applyObject(direct, '/api/v1/namespaces/shop/pods', { kind: 'Pod', metadata: { name: 'ended' }, status: { phase: 'Succeeded' } }, '/status');
    ground = await prepareGround();
    galley = await ground.start({ kubernetes: true, kubeconfig: await writeKubeconfig(ground.folder, server) });
    await galley.ready();
  });
  afterAll(async () => {
    await ground.clear();
    direct.close();
    await server.stop();
  });

  /** What files with all that the cluster has would be told of. */
  async function ofFiles(): Promise<Said[]> {
    const lists = await Promise.all(collections.map(async ({ path, kind }) => {
      const { apiVersion, items } = (await direct.request('GET', path)) as { apiVersion: string; items: object[] };
      return items.map((item): unknown => ({ apiVersion, kind, ...item }));
    }));
    const { resources, objects: written } = readWritten(lists.flat(), 'default');
    return [...analyze(createView(resources, written))].flat().map(({ code, origin, text, path }) => ({ code, origin: describeOrigin(origin), message: text, ...(path === undefined ? {} : { path }) }));
  }

  async function ofGalley(): Promise<Said[]> {
    const { items } = (await galley.call('GET', '/v1/analysis')).body as { items: Said[] };
    return items.map(({ code, origin, message, path }) => ({ code, origin, message, ...(path === undefined ? {} : { path }) }));
  }

  const sorted = (said: readonly Said[]): Said[] => [...said].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  const about = (said: readonly Said[], origin: string): string[] => said.filter((one) => one.origin === origin).map(({ code }) => code).sort();

  it('says what analysis of the same in files does', async () => {
    const said = await ofGalley();
    expect(sorted(said)).toEqual(sorted(await ofFiles()));
    expect(about(said, 'Namespace shop')).toEqual(['IST0107', 'IST0135']);
    expect(about(said, 'Namespace undecided')).toEqual(['IST0123']);
    expect(about(said, 'Namespace silent')).toEqual(['IST0102']);
    expect(about(said, 'Pod shop/bare')).toEqual(['IST0103']);
    for (const quiet of ['native', 'declined', 'of-the-node', 'suppressed', 'edge']) expect(about(said, `Pod shop/${quiet}`)).toEqual([]);
    expect(about(said, 'Pod shop/by-annotation')).toEqual(['IST0108', 'IST0135']);
    expect(about(said, 'Pod shop/stuck')).toEqual(['IST0147']);
    expect(about(said, 'Pod shop/same-user')).toEqual(['IST0144']);
    expect(said.filter(({ origin }) => origin === 'Gateway shop/edge')).toEqual([expect.objectContaining({ code: 'IST0162', path: 'spec.servers[1].port.number' })]);
    expect(about(said, 'Sidecar shop/bare')).toEqual([]);
    expect(about(said, 'Sidecar shop/ended')).toEqual(['IST0101']);
  });

  it('hears of what no resource depends on: labels of namespaces, webhooks, pods', async () => {
    const selected = { admissionReviewVersions: ['v1'], sideEffects: 'None', clientConfig: { service: { name: 'edge', namespace: 'shop', path: '/inject' } } };
    await applyObject(direct, '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations', {
      kind: 'MutatingWebhookConfiguration',
      metadata: { name: 'by-default' },
      webhooks: [{ name: 'namespace.sidecar-injector.istio.io', namespaceSelector: { matchExpressions: [{ key: 'istio-injection', operator: 'NotIn', values: ['disabled'] }] }, ...selected }],
    });
    await eventually(async () => expect(about(await ofGalley(), 'Namespace silent')).toEqual(['IST0148']));
    await applyObject(direct, '/api/v1/namespaces', { kind: 'Namespace', metadata: { name: 'silent', labels: { 'istio-injection': 'disabled' } } });
    await eventually(async () => expect(about(await ofGalley(), 'Namespace silent')).toEqual([]));
    await direct.request('DELETE', '/api/v1/namespaces/shop/pods/bare', { query: { gracePeriodSeconds: 0 } });
    await eventually(async () => expect(about(await ofGalley(), 'Pod shop/bare')).toEqual([]));
    expect(sorted(await ofGalley())).toEqual(sorted(await ofFiles()));
  });

  it('gives others what it looks at beside the resources', async () => {
    const { knows, objects: around } = (await galley.call('GET', '/v1/surroundings')).body as { knows: string[]; objects: object[] };
    expect(knows).toEqual(expect.arrayContaining(['Namespace', 'Pod', 'Workload']));
    expect(around).toContainEqual({ kind: 'Namespace', metadata: { name: 'undecided', namespace: '', labels: expect.objectContaining({ 'istio.io/rev': 'canary' }) as object, annotations: {}, creationTimestamp: expect.any(String) as string } });
  });
});
