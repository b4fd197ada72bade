import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Mesh } from '../../src/mesh.ts';
import { startMesh } from '../../src/start-mesh.ts';

describe('Sidecars', () => {
  let mesh: Mesh;
  beforeAll(async () => {
    mesh = await startMesh();
  });
  afterAll(() => mesh.stop());

  const limit = (egress: string) =>
    mesh.apply(`
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: productpage, namespace: default}
spec:
  workloadSelector: {labels: {app: productpage}}
  egress: [${egress}]
  outboundTrafficPolicy: {mode: REGISTRY_ONLY}`);
  const answers = async (workload: string, host: string): Promise<number> => (await mesh.callFrom(workload, `http://${host}:9080/${host}/0`)).status;

  it('let the workloads that they select reach what they import, and nothing else', async () => {
    expect([await answers('productpage-v1', 'reviews'), await answers('productpage-v1', 'ratings')]).toEqual([200, 200]);
    await limit('{hosts: [./reviews.default.svc.cluster.local, ./details.default.svc.cluster.local]}');
    await expect.poll(() => answers('productpage-v1', 'ratings'), { timeout: 10_000 }).toBe(502);
    expect([await answers('productpage-v1', 'reviews'), await answers('productpage-v1', 'details')]).toEqual([200, 200]);
    expect(await answers('reviews-v2', 'ratings')).toBe(200);
  });

  it('change under load without a failure for what stays imported', async () => {
    const load = mesh.loadFrom('productpage-v1', 'http://reviews:9080/reviews/0', { workers: 4, pauseMs: 5 });
    await limit('{hosts: [./*]}');
    await expect.poll(() => answers('productpage-v1', 'ratings'), { timeout: 10_000 }).toBe(200);
    await limit('{hosts: [./reviews.default.svc.cluster.local]}');
    await expect.poll(() => answers('productpage-v1', 'details'), { timeout: 10_000 }).toBe(502);
    expect((await load.stop()).failures).toEqual([]);
  });
});
