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

/** How many of the calls go to the youngest instance. */
async function youngest(): Promise<number> {
  await instances.at(-1)?.answer();
  for (let call = 0; call < calls; call += 1) await mesh.callFrom('productpage-v1', 'http://engine:9080/');
  return (await instances.at(-1)?.asked())?.length ?? 0;
}

it('gives an instance that is new a part of its share, and all of it in the end', async () => {
  // The rule makes what was there before as good as new: once the second has nearly caught up with it, both have been there for a while.
  await attach();
  await expect.poll(youngest, { timeout: 60_000 }).toBeGreaterThan(0.45 * calls);
  await attach();
  expect(await youngest(), 'a third would be its share').toBeLessThan(0.25 * calls);
  await expect.poll(youngest, { timeout: 60_000 }).toBeGreaterThan(0.3 * calls);
});
