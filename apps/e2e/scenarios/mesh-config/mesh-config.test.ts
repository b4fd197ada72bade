import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMesh, type Mesh } from '../../src/mesh.ts';

describe('the MeshConfig', () => {
  let mesh: Mesh;
  beforeAll(async () => {
    mesh = await startMesh();
  });
  afterAll(() => mesh.stop());

  it('changes what holds for every proxy, and gives it back when it goes', async () => {
    let calls = 0;
    const flaky = await mesh.attach({ app: 'flaky', version: 'v1' }, (_request, response) => {
      calls += 1;
      response.writeHead(503).end('no');
    });
    try {
      const triesOfOneCall = async (): Promise<number> => {
        calls = 0;
        expect((await mesh.callFrom('productpage-v1', 'http://flaky:9080/')).status).toBe(503);
        return calls;
      };
      expect(await triesOfOneCall(), 'a plain 503 is no reason to try again').toBe(1);
      const put = await mesh.galley.send('PUT', '/v1/mesh-config', 'defaultHttpRetryPolicy: {attempts: 4, retryOn: "503"}', 'application/yaml');
      expect(put.status, put.text).toBe(200);
      await mesh.settled();
      expect(await triesOfOneCall()).toBe(5);
      await mesh.galley.send('DELETE', '/apis/mesh.istio.io/v1alpha1/namespaces/istio-system/meshconfigs/default');
      await mesh.settled();
      expect(await triesOfOneCall()).toBe(1);
    } finally {
      await flaky.detach();
    }
  });
});
