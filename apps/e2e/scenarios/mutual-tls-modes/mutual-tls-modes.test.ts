import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { get } from '../../src/load.ts';
import { startProcessMesh, type ProcessMesh } from '../../src/process-mesh.ts';

describe('how workloads let themselves be called', () => {
  let mesh: ProcessMesh;
  beforeAll(async () => {
    mesh = await startProcessMesh();
  });
  afterAll(() => mesh.stop());

  const demand = (spec: string) =>
    mesh.apply(`
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: reviews, namespace: default}
spec: {selector: {matchLabels: {app: reviews}}, ${spec}}`);

  /** The answer to a call in plain text, past the caller's sidecar. */
  const plainly = async (): Promise<number> => (await get(`http://${mesh.workload('reviews-v1').address}:9080/reviews/0`)).status;
  const throughSidecars = async (): Promise<number> => (await mesh.callFrom('productpage-v1', 'http://reviews:9080/reviews/0')).status;

  /** The connection is closed without an answer. */
  const refused = 0;

  it('is by mTLS alone, unless told otherwise', async () => {
    expect([await plainly(), await throughSidecars()]).toEqual([refused, 200]);
  });

  it.each([
    ['both ways where it is permissive', 'mtls: {mode: PERMISSIVE}', 200],
    ['by mTLS alone where it is strict', 'mtls: {mode: STRICT}', refused],
    ['in plain text alone where mTLS is disabled on the port, also by sidecars', 'mtls: {mode: STRICT}, portLevelMtls: {9080: {mode: DISABLE}}', 200],
  ])('is %s', async (_, spec, expected) => {
    await demand(spec);
    await expect.poll(plainly, { timeout: 10_000 }).toBe(expected);
    expect(await throughSidecars()).toBe(200);
  });

  it('changes under load without a failure', async () => {
    await demand('mtls: {mode: PERMISSIVE}');
    const load = mesh.loadFrom('productpage-v1', 'http://reviews:9080/reviews/0', { workers: 4, pauseMs: 5 });
    await demand('mtls: {mode: STRICT}');
    await expect.poll(plainly, { timeout: 10_000 }).toBe(refused);
    await demand('mtls: {mode: PERMISSIVE}');
    await expect.poll(plainly, { timeout: 10_000 }).toBe(200);
    expect((await load.stop()).failures).toEqual([]);
  });
});
