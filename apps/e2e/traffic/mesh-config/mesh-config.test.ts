import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Mesh } from '../../src/mesh.ts';
import { startMesh } from '../../src/start-mesh.ts';

describe('the MeshConfig', () => {
  let mesh: Mesh;
  beforeAll(async () => {
    mesh = await startMesh();
  });
  afterAll(() => mesh.stop());

  it('changes what holds for every proxy, and gives it back when it goes', async () => {
    const flaky = await mesh.attach({ app: 'flaky', version: 'v1' });
    try {
      const triesOfOneCall = async (): Promise<number> => {
        await flaky.answer({ status: 503 });
        expect((await mesh.callFrom('productpage-v1', 'http://flaky:9080/')).status).toBe(503);
        return (await flaky.asked()).length;
      };
      expect(await triesOfOneCall(), 'a plain 503 is no reason to try again').toBe(1);
      await mesh.apply(`
apiVersion: mesh.istio.io/v1alpha1
kind: MeshConfig
metadata: {name: default, namespace: istio-system}
spec:
  defaultHttpRetryPolicy: {attempts: 4, retryOn: "503"}`);
      expect(await triesOfOneCall()).toBe(5);
      await mesh.remove('MeshConfig/istio-system/default');
      expect(await triesOfOneCall()).toBe(1);
    } finally {
      await flaky.detach();
    }
  });
});
