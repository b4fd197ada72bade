import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Mesh } from '../../src/mesh.ts';
import { startMesh } from '../../src/start-mesh.ts';

describe('circuit breaking', () => {
  let mesh: Mesh;
  beforeAll(async () => {
    mesh = await startMesh();
  });
  afterAll(() => mesh.stop());

  it('trips under concurrent load and recovers when the load goes', async () => {
    const slow = await mesh.attach({ app: 'slow', version: 'v1' });
    await slow.answer({ delayMs: 300 });
    try {
      const call = (): ReturnType<Mesh['callFrom']> => mesh.callFrom('productpage-v1', 'http://slow:9080/');
      const together = async (count: number): Promise<number[]> => (await Promise.all(Array.from({ length: count }, call))).map((answer) => answer.status);
      expect(new Set(await together(12)), 'without a rule all get through').toEqual(new Set([200]));

      await mesh.apply(`
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: slow, namespace: default}
spec:
  host: slow
  trafficPolicy:
    connectionPool:
      tcp: {maxConnections: 1}
      http: {http1MaxPendingRequests: 1, maxRequestsPerConnection: 1}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: slow, namespace: default}
spec:
  hosts: [slow]
  http:
  - retries: {attempts: 0}
    route: [{destination: {host: slow}}]`);
      const statuses = await together(12);
      expect(statuses.filter((status) => status === 503).length, 'most are turned away at once').toBeGreaterThanOrEqual(6);
      expect(statuses).toContain(200);

      for (let i = 0; i < 4; i += 1) expect((await call()).status, 'one at a time fits').toBe(200);
    } finally {
      await slow.detach();
    }
  });
});
