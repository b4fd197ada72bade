import { eventually } from '@flotilla/testing';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { pageUrl } from '../../src/bookinfo.ts';
import { example } from '../../src/examples.ts';
import { startLoad } from '../../src/load.ts';
import { markedDetails } from '../../src/marked-details.ts';
import { startProcessMesh, type ProcessMesh } from '../../src/process-mesh.ts';

const services = ['nats', 'galley', 'pilot', 'citadel', 'mixer'] as const;

let mesh: ProcessMesh;
beforeAll(async () => {
  mesh = await startProcessMesh();
  await mesh.apply(example('bookinfo/destination-rule-all.yaml'));
  await mesh.apply(example('bookinfo/virtual-service-all-v1.yaml'));
});
afterAll(() => mesh.stop());
beforeEach(() => mesh.settled());

/** Kills, waits for the return of all, and tells what happened to traffic and how much was pushed again. */
async function killUnderLoad(victims: readonly string[]): Promise<void> {
  const load = startLoad(pageUrl(mesh), { workers: 4, pauseMs: 5 });
  await expect.poll(() => load.sent).toBeGreaterThan(20);
  const before = await mesh.takenUpdates();
  await mesh.kill(victims);
  const atKill = load.sent;
  await mesh.returned(victims);
  await mesh.settled();
  await expect.poll(() => load.sent).toBeGreaterThan(atKill + 50);
  expect(await mesh.takenUpdates(), 'nothing that did not change is pushed again').toEqual(before);
  expect((await load.stop()).failures).toEqual([]);
  // And the mesh is alive: a change goes all the way, once Galley has noticed that NATS is back.
  await eventually(() => mesh.apply(markedDetails('x-after', victims.join('-'))));
  expect((await mesh.callFrom('productpage-v1', 'http://details:9080/details/0')).headers['x-after']).toBe(victims.join('-'));
}

it.each(services)('goes on while %s is killed and comes back', async (service) => {
  await killUnderLoad([service]);
});

it('goes on while the whole control plane is killed at once and comes back', async () => {
  await killUnderLoad(services);
});
