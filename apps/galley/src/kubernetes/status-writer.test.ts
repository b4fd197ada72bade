import { KubernetesApi } from '@flotilla/kubernetes-api';
import { readYaml, resourceKey, type Condition, type MeshResource, type ResourceStatus } from '@flotilla/resources';
import { createLogger, systemClock } from '@flotilla/runtime';
import { eventually, hasKubeApiserver, startKubeApiserver, type TestKubeApiserver } from '@flotilla/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { installKinds } from '../testing/install-kinds.ts';
import { StatusWriter } from './status-writer.ts';

const present = hasKubeApiserver();
const path = '/apis/networking.istio.io/v1/namespaces/default/virtualservices/reviews';
const [reviews] = readYaml('{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: reviews}, spec: {hosts: [reviews], http: [{directResponse: {status: 200}}]}}', { file: 'test', defaultNamespace: 'default' }).resources as [MeshResource];
const key = resourceKey(reviews);

describe.skipIf(!present)(`the statuses of a cluster's resources${present ? '' : ' (skipped: no kube-apiserver on the PATH)'}`, () => {
  let server: TestKubeApiserver;
  let api: KubernetesApi;
  let writer: StatusWriter;
  let leads: boolean;
  let status: ResourceStatus;
  let written: ResourceStatus | undefined;
  let asked: string[];
  const warned: string[] = [];

  beforeAll(async () => {
    server = await startKubeApiserver();
    api = new KubernetesApi(server.direct);
    await installKinds(api);
  });
  beforeEach(async () => {
    await api.request('PATCH', path, { query: { fieldManager: 'user' }, contentType: 'application/apply-patch+yaml', body: reviews });
    leads = true;
    written = undefined;
    asked = [];
    const through = new KubernetesApi(server.access);
    writer = new StatusWriter({
      api: { request: (method, at, options) => (asked.push(`${method} ${at}`), through.request(method, at, options)) },
      clock: systemClock,
      logger: createLogger('test', { destination: { write: (line) => void warned.push(line) } }),
      leads: () => leads,
      resource: (wanted) => (wanted === key ? reviews : undefined),
      status: () => status,
      written: () => written,
    });
  });
  afterEach(async () => {
    await writer.stop();
    server.mend();
    await api.request('DELETE', path);
  });
  afterAll(async () => {
    api.close();
    await server.stop();
  });

  const say = (message: string): ResourceStatus => ({
    observedGeneration: 1,
    conditions: [
      { type: 'Accepted', status: 'True', message: 'in force', observedGeneration: 1 },
      { type: 'Propagated', status: 'False', message, observedGeneration: 1 },
    ],
  });
  const inCluster = async (): Promise<ResourceStatus> => ((await api.request('GET', path)) as MeshResource).status ?? {};
  const applyStatus = (manager: string, conditions: readonly Partial<Condition>[], force = false): Promise<unknown> =>
    api.request('PATCH', `${path}/status`, { query: { fieldManager: manager, force }, contentType: 'application/apply-patch+yaml', body: { apiVersion: reviews.apiVersion, kind: reviews.kind, metadata: { name: 'reviews', namespace: 'default' }, status: { conditions } } });

  it('are written, beside what others say, and the generation stays', async () => {
    await applyStatus('other', [{ type: 'Checked', status: 'True' }]);
    status = say('1/2 proxies');
    writer.look([key, 'VirtualService/default/gone']);
    await eventually(async () => expect((await inCluster()).conditions?.map(({ type, message }) => [type, message])).toEqual(expect.arrayContaining([['Checked', undefined], ['Accepted', 'in force'], ['Propagated', '1/2 proxies']])));
    expect(((await api.request('GET', path)) as MeshResource).metadata.generation).toBe(1);
    // What the cluster has is not written again, in whichever order it gives it back.
    written = await inCluster();
    asked.length = 0;
    writer.look([key]);
    await writer.stop();
    expect(asked).toEqual([]);
  });

  it('are left alone where another says the same condition otherwise', async () => {
    await applyStatus('other', [{ type: 'Propagated', status: 'True', message: 'says another' }]);
    status = say('1/2 proxies');
    writer.look([key]);
    await eventually(() => expect(warned.join()).toContain('another writes this status'));
    await writer.stop();
    expect(asked).toEqual([`PATCH ${path}/status`]);
    expect((await inCluster()).conditions).toMatchObject([{ message: 'says another' }]);
  });

  it('are written by the leader alone, and after an interruption', async () => {
    status = say('0/2 proxies');
    leads = false;
    writer.look([key]);
    server.cut();
    leads = true;
    writer.look([key]);
    await eventually(() => expect(asked.length).toBeGreaterThan(1));
    server.mend();
    await eventually(async () => expect((await inCluster()).conditions).toMatchObject([{ type: 'Accepted' }, { message: '0/2 proxies' }]), { timeoutMs: 20_000 });
  });
});
