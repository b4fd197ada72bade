import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Mesh } from '../../src/mesh.ts';
import { startMesh } from '../../src/start-mesh.ts';
import type { TestApp } from '../../src/test-app.ts';

describe('outlier detection', () => {
  let mesh: Mesh;
  const instances: TestApp[] = [];
  beforeAll(async () => {
    mesh = await startMesh();
    const attach = (version: string): Promise<TestApp> => mesh.attach({ app: 'pool', version, sidecar: false });
    instances.push(await attach('v1'), ...(await Promise.all(['v2', 'v3', 'v4'].map(attach))));
    await mesh.apply(`
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: pool, namespace: default}
spec:
  hosts: [pool]
  http: [{retries: {attempts: 0}, route: [{destination: {host: pool}}]}]`);
  });
  // Without the rule, nobody is ejected any more.
  beforeEach(async () => {
    await mesh.remove('DestinationRule/default/pool');
    await Promise.all(instances.map((instance) => instance.answer()));
  });
  afterAll(async () => {
    await Promise.all(instances.map((instance) => instance.detach()));
    await mesh.stop();
  });

  const detect = (settings: string): Promise<void> => mesh.apply(`
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: pool, namespace: default}
spec:
  host: pool
  trafficPolicy: {outlierDetection: {${settings}}}`);

  /** How many calls of `count` each instance is sent, in the order of the instances. */
  const shares = async (count: number): Promise<number[]> => {
    const asked = (): Promise<number[]> => Promise.all(instances.map(async (instance) => (await instance.asked()).length));
    const before = await asked();
    for (let call = 0; call < count; call += 1) await mesh.callFrom('productpage-v1', 'http://pool:9080/');
    return (await asked()).map((calls, at) => calls - (before[at] ?? 0));
  };
  const reached = async (count: number): Promise<boolean[]> => (await shares(count)).map((calls) => calls > 0);
  const fail = (count: number, status = 500): Promise<unknown> => Promise.all(instances.slice(0, count).map((instance) => instance.answer({ status })));
  /** Chance misses an instance of four in 40 calls once in 100,000 times. */
  const enough = 40;

  it('takes an instance out that fails, and back in after a time', async () => {
    await fail(1);
    expect(await reached(enough)).toEqual([true, true, true, true]);
    await detect('consecutive5xxErrors: 3, interval: 500ms, baseEjectionTime: 4s, maxEjectionPercent: 100');
    await expect.poll(() => reached(enough), { timeout: 20_000 }).toEqual([false, true, true, true]);
    await instances[0]?.answer();
    await expect.poll(() => reached(enough), { timeout: 20_000 }).toEqual([true, true, true, true]);
  });

  it('takes no more than a share of them out', async () => {
    await fail(3);
    await detect('consecutive5xxErrors: 1, interval: 500ms, baseEjectionTime: 300s, maxEjectionPercent: 50');
    const inUse = async (): Promise<number> => (await reached(enough)).filter((is) => is).length;
    await expect.poll(inUse, { timeout: 20_000 }).toBe(2);
    expect((await reached(enough))[3], 'the one that is well stays').toBe(true);
    expect(await inUse(), 'and one that fails').toBe(2);
  });

  it('counts for nothing where too few are well', async () => {
    await fail(3);
    const all = 'consecutive5xxErrors: 1, interval: 500ms, baseEjectionTime: 300s, maxEjectionPercent: 100';
    await detect(`${all}, minHealthPercent: 0`);
    await expect.poll(() => reached(enough), { timeout: 20_000 }).toEqual([false, false, false, true]);
    await detect(`${all}, minHealthPercent: 60`);
    await fail(3);
    // One that is out is asked no more as soon as all workers of Envoy know, which takes them a second.
    await expect.poll(async () => {
      await shares(400);
      return Math.min(...(await Promise.all(instances.map(async (instance) => (await instance.asked()).length))));
    }, { timeout: 60_000 }).toBeGreaterThan(400);
  });

  it('goes by the errors of gateways alone where it is told so', async () => {
    await fail(1);
    await detect('consecutive5xxErrors: 0, consecutiveGatewayErrors: 2, interval: 500ms, baseEjectionTime: 300s, maxEjectionPercent: 100');
    await shares(enough);
    expect(await reached(enough), '500 is none').toEqual([true, true, true, true]);
    await fail(1, 503);
    await expect.poll(() => reached(enough), { timeout: 20_000 }).toEqual([false, true, true, true]);
  });

  it('goes by connections that fail where these are told from answers', async () => {
    await mesh.apply(`
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: {name: gone, namespace: default}
spec: {address: 127.0.0.1, ports: {http: 1}, labels: {app: pool, version: gone}}`);
    try {
      const statuses = async (): Promise<Set<number>> => {
        const seen = new Set<number>();
        for (let call = 0; call < enough; call += 1) seen.add((await mesh.callFrom('productpage-v1', 'http://pool:9080/')).status);
        return seen;
      };
      await fail(4);
      await expect.poll(statuses, { timeout: 10_000 }).toEqual(new Set([500, 503]));
      await detect('consecutive5xxErrors: 0, splitExternalLocalOriginErrors: true, consecutiveLocalOriginFailures: 1, interval: 500ms, baseEjectionTime: 300s, maxEjectionPercent: 100');
      await expect.poll(statuses, { timeout: 20_000 }).toEqual(new Set([500]));
    } finally {
      await mesh.remove('WorkloadEntry/default/gone');
    }
  });
});
