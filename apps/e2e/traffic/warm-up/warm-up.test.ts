import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Mesh } from '../../src/mesh.ts';
import { startMesh } from '../../src/start-mesh.ts';
import type { TestApp } from '../../src/test-app.ts';

let mesh: Mesh;
const instances: TestApp[] = [];
beforeAll(async () => {
  mesh = await startMesh();
  await attach();
  await mesh.apply(`
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: engine, namespace: default}
spec:
  host: engine
  trafficPolicy: {loadBalancer: {simple: ROUND_ROBIN, warmup: {duration: 30s, minimumPercent: 1}}}`);
});
afterAll(async () => {
  await Promise.all(instances.map((instance) => instance.detach()));
  await mesh.stop();
});

async function attach(): Promise<void> {
  instances.push(await mesh.attach({ app: 'engine', version: `v${instances.length + 1}`, sidecar: false }));
}

const calls = 60;

/** How much of its fair share of the calls the youngest instance gets. */
async function shareOfYoungest(): Promise<number> {
  await instances.at(-1)?.answer();
  for (let call = 0; call < calls; call += 1) await mesh.callFrom('productpage-v1', 'http://engine:9080/');
  const taken = (await instances.at(-1)?.asked()) ?? [];
  return (taken.length * instances.length) / calls;
}

it('gives an instance that is new a part of its share, and all of it in the end', async () => {
  // What is there when the rule comes is as good as new: one that comes a moment later is hardly younger.
  const shareOfNew = async (): Promise<number> => {
    await attach();
    return shareOfYoungest();
  };
  await expect.poll(shareOfNew, { timeout: 60_000, interval: 500 }).toBeLessThan(0.75);
  await expect.poll(shareOfYoungest, { timeout: 60_000 }).toBeGreaterThan(0.9);
});
