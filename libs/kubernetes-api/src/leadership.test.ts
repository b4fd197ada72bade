import { createLogger, systemClock } from '@flotilla/runtime';
import { hasKubeApiserver, startKubeApiserver, type TestKubeApiserver } from '@flotilla/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KubernetesApi } from './kubernetes-api.ts';
import { Leadership } from './leadership.ts';

const present = hasKubeApiserver();

describe.skipIf(!present)(`a lease of a cluster${present ? '' : ' (skipped: no kube-apiserver on the PATH)'}`, () => {
  let server: TestKubeApiserver;
  let api: KubernetesApi;
  beforeAll(async () => {
    server = await startKubeApiserver();
    api = new KubernetesApi(server.direct);
  });
  afterAll(async () => {
    api.close();
    await server.stop();
  });

  const candidate = (identity: string): Leadership =>
    new Leadership({ api, namespace: 'default', name: 'test', identity, clock: systemClock, logger: createLogger('test', { level: 'silent' }), onLead: () => undefined });

  it('makes one of several the leader, and another when that one stops', async () => {
    const candidates = [candidate('one'), candidate('two')];
    const leaders = (): Leadership[] => candidates.filter(({ leads }) => leads);
    await expect.poll(() => leaders().length, { timeout: 15_000 }).toBe(1);
    const [leader] = leaders();
    await leader?.stop();
    // Sooner than the lease would have run out.
    await expect.poll(() => leaders().filter((one) => one !== leader).length, { timeout: 10_000 }).toBe(1);
    expect(leader?.leads).toBe(false);
    await Promise.all(candidates.map((one) => one.stop()));
    const { spec } = (await api.request('GET', '/apis/coordination.k8s.io/v1/namespaces/default/leases/test')) as { spec: object };
    expect(spec).toMatchObject({ leaseTransitions: 1 });
    expect(spec).not.toMatchObject({ holderIdentity: expect.stringMatching(/./) as string });
  });
});
