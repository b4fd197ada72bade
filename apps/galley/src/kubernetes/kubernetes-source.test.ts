import { KubernetesApi } from '@flotilla/kubernetes-api';
import type { MeshResource, ServiceEntry } from '@flotilla/resources';
import { eventually, hasKubeApiserver, startKubeApiserver, type TestKubeApiserver } from '@flotilla/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { applyObject, writeKubeconfig, type Applied } from '../testing/cluster.ts';
import { installKinds } from '../testing/install-kinds.ts';
import { prepareGround, type Ground, type RunningGalley } from '../testing/running-galley.ts';

const present = hasKubeApiserver();
const rules = '/apis/networking.istio.io/v1/namespaces/shop/virtualservices';

describe.skipIf(!present)(`a Kubernetes cluster${present ? '' : ' (skipped: no kube-apiserver on the PATH)'}`, () => {
  let server: TestKubeApiserver;
  let direct: KubernetesApi;
  let ground: Ground;
  let kubeconfig: string;

  beforeAll(async () => {
    server = await startKubeApiserver();
    direct = new KubernetesApi(server.direct);
    await installKinds(direct);
    await put('/api/v1/namespaces', { kind: 'Namespace', metadata: { name: 'shop' } });
    await put('/api/v1/nodes', { kind: 'Node', metadata: { name: 'n1', labels: { 'topology.kubernetes.io/region': 'eu', 'topology.kubernetes.io/zone': 'a' } } });
    await put('/api/v1/namespaces/shop/services', { kind: 'Service', metadata: { name: 'reviews' }, spec: { selector: { app: 'reviews' }, ports: [{ name: 'http', port: 80, targetPort: 9080 }] } });
    await pod('one', '10.0.0.1');
    await slice([ready('one', '10.0.0.1')]);
  });
  beforeEach(async () => {
    ground = await prepareGround();
    kubeconfig = await writeKubeconfig(ground.folder, server);
  });
  afterEach(async () => {
    server.mend();
    await ground.clear();
  });
  afterAll(async () => {
    direct.close();
    await server.stop();
  });

  const put = (...[collection, object, part]: [collection: string, object: Applied, part?: '/status']): Promise<void> => applyObject(direct, collection, object, part);

  async function pod(name: string, podIP: string): Promise<void> {
    const at = '/api/v1/namespaces/shop/pods';
    await put(at, { kind: 'Pod', metadata: { name, labels: { app: 'reviews', version: name } }, spec: { serviceAccountName: 'reviewer', nodeName: 'n1', containers: [{ name: 'app', image: 'app' }] } });
    await put(at, { kind: 'Pod', metadata: { name }, status: { podIP, podIPs: [{ ip: podIP }] } }, '/status');
  }

  const endpoint = (name: string, address: string, conditions: object) => ({ addresses: [address], conditions, nodeName: 'n1', targetRef: { kind: 'Pod', name, namespace: 'shop' } });
  const ready = (name: string, address: string) => endpoint(name, address, { ready: true, serving: true, terminating: false });
  const leaving = (name: string, address: string) => endpoint(name, address, { ready: false, serving: true, terminating: true });

  async function slice(endpoints: readonly object[]): Promise<void> {
    await put('/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices', { kind: 'EndpointSlice', metadata: { name: 'reviews-x', labels: { 'kubernetes.io/service-name': 'reviews' } }, addressType: 'IPv4', ports: [{ name: 'http', port: 9080 }], endpoints });
  }

  const rule = (name: string, host = name): { kind: string; metadata: { name: string }; spec: object } => ({ kind: 'VirtualService', metadata: { name }, spec: { hosts: [name], http: [{ route: [{ destination: { host } }] }] } });
  const removeRule = (name: string): Promise<unknown> => direct.request('DELETE', `${rules}/${name}`);

  async function start(): Promise<RunningGalley> {
    const galley = await ground.start({ kubernetes: true, kubeconfig });
    await galley.ready();
    return galley;
  }
  async function names(galley: RunningGalley): Promise<string[]> {
    return ((await galley.call('GET', rules)).body as { items: MeshResource[] }).items.map(({ metadata }) => metadata.name);
  }
  async function addresses(galley: RunningGalley): Promise<unknown[] | undefined> {
    const { body } = await galley.call('GET', '/apis/networking.istio.io/v1/namespaces/shop/serviceentries/Service:reviews');
    return (body as Partial<ServiceEntry>).spec?.endpoints?.map(({ address }) => address);
  }

  it('is taken in: its resources as they are, its Services with their endpoints', async () => {
    await put(rules, rule('a'));
    const galley = await start();
    const { body } = await galley.call('GET', `${rules}/a`);
    const { metadata } = (await direct.request('GET', `${rules}/a`)) as MeshResource;
    expect(body).toMatchObject({ metadata: { uid: metadata.uid, creationTimestamp: metadata.creationTimestamp, generation: 1 }, spec: { hosts: ['a'] } });
    const service = (await galley.call('GET', '/apis/networking.istio.io/v1/namespaces/shop/serviceentries/Service:reviews')).body;
    expect(service).toMatchObject({
      spec: {
        hosts: ['reviews.shop.svc.cluster.local'],
        resolution: 'STATIC',
        endpoints: [{ address: '10.0.0.1', labels: { app: 'reviews', version: 'one' }, locality: 'eu/a', serviceAccount: 'reviewer' }],
      },
    });
    expect(await galley.call('DELETE', `${rules}/a`)).toMatchObject({ status: 409, body: { message: expect.stringContaining('Kubernetes cluster') as string } });
    await removeRule('a');
    await eventually(async () => expect(await names(galley)).toEqual([]));
  });

  it('is told how its resources are, and why a newer version is not in force', async () => {
    await put(rules, rule('told'));
    const galley = await start();
    const accepted = async (): Promise<unknown> => {
      const { status, metadata } = (await direct.request('GET', `${rules}/told`)) as MeshResource;
      const found = status?.conditions?.find(({ type }) => type === 'Accepted');
      return [metadata.generation, found?.status, found?.observedGeneration, found?.message];
    };
    await eventually(async () => expect(await accepted()).toEqual([1, 'True', 1, 'in force']), { timeoutMs: 15_000 });
    // What Kubernetes' rules cannot see.
    await put(rules, { ...rule('told'), spec: { hosts: ['told'], http: [{ match: [{ uri: { regex: '(' } }], route: [{ destination: { host: 'told' } }] }] } });
    await eventually(async () => expect(await accepted()).toEqual([2, 'False', 1, expect.stringContaining('spec.http[0].match[0].uri.regex')]), { timeoutMs: 15_000 });
    expect((await galley.call('GET', `${rules}/told`)).body).toMatchObject({ metadata: { generation: 1 }, status: { conditions: [{ type: 'Accepted', status: 'False' }, {}] } });
    await removeRule('told');
  });

  it('is followed through a rolling deploy: whoever still answers is called until others do', async () => {
    const galley = await start();
    await eventually(async () => expect(await addresses(galley)).toEqual(['10.0.0.1']));
    await slice([leaving('one', '10.0.0.1')]);
    await pod('two', '10.0.0.2');
    await slice([leaving('one', '10.0.0.1'), endpoint('two', '10.0.0.2', { ready: false, serving: false })]);
    // Something that comes after: by then the slice has been looked at.
    await put(rules, rule('after'));
    await eventually(async () => expect(await names(galley)).toEqual(['after']));
    expect(await addresses(galley)).toEqual(['10.0.0.1']);
    await slice([leaving('one', '10.0.0.1'), ready('two', '10.0.0.2')]);
    await eventually(async () => expect(await addresses(galley)).toEqual(['10.0.0.2']));
    await slice([ready('one', '10.0.0.1')]);
    await eventually(async () => expect(await addresses(galley)).toEqual(['10.0.0.1']));
    await removeRule('after');
  });

  it('keeps the last good version of a resource that goes bad, and says what is wrong', async () => {
    await put(rules, rule('a'));
    const galley = await start();
    await put(rules, rule('a', 'no host'));
    await eventually(async () => {
      const { items } = (await galley.call('GET', '/v1/problems')).body as { items: unknown[] };
      expect(items).toEqual([expect.objectContaining({ ref: 'VirtualService/shop/a', path: 'spec.http[0].route[0].destination.host' })]);
    });
    expect((await galley.call('GET', `${rules}/a`)).body).toMatchObject({ spec: { http: [{ route: [{ destination: { host: 'a' } }] }] } });
    await galley.stop();
    const again = await start();
    expect((await again.call('GET', `${rules}/a`)).body).toMatchObject({ spec: { http: [{ route: [{ destination: { host: 'a' } }] }] } });
    await removeRule('a');
    await eventually(async () => expect(await names(again)).toEqual([]));
  });

  it('loses nothing while it cannot be seen, and nothing that came meanwhile', async () => {
    await put(rules, rule('kept'));
    await put(rules, rule('gone'));
    const galley = await start();
    server.cut();
    await removeRule('gone');
    await put(rules, rule('new'));
    await server.restartCompacted();
    expect(await names(galley)).toEqual(['gone', 'kept']);
    server.mend();
    await eventually(async () => expect(await names(galley)).toEqual(['kept', 'new']), { timeoutMs: 60_000 });
    await galley.stop();

    server.cut();
    const blind = await ground.start({ kubernetes: true, kubeconfig });
    await eventually(() => expect(blind.log.some(({ path }) => path === '/api/v1/services')).toBe(true));
    expect(await names(blind)).toEqual(['kept', 'new']);
    await removeRule('new');
    server.mend();
    await blind.ready();
    expect(await names(blind)).toEqual(['kept']);
    await removeRule('kept');
  });
});
