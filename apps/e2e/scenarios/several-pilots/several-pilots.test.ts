import { afterAll, beforeAll, expect, it } from 'vitest';
import { pageUrl } from '../../src/bookinfo.ts';
import { example } from '../../src/examples.ts';
import { startLoad } from '../../src/load.ts';
import { markedDetails } from '../../src/marked-details.ts';
import { startProcessMesh, type ProcessMesh } from '../../src/process-mesh.ts';

let mesh: ProcessMesh;
beforeAll(async () => {
  mesh = await startProcessMesh({ flags: ['--pilots', '3'] });
  await mesh.apply(example('bookinfo/destination-rule-all.yaml'));
  await mesh.apply(example('bookinfo/virtual-service-all-v1.yaml'));
});
afterAll(() => mesh.stop());

/** The Pilots with the number of Envoys each has; those with most come first. */
async function shares(): Promise<{ readonly name: string; readonly proxies: readonly string[] }[]> {
  const all = await Promise.all([...mesh.pilots].map(async ([name, pilot]) => ({ name, proxies: (await mesh.proxies(pilot)).map(({ id }) => id) })));
  return all.sort((a, b) => b.proxies.length - a.proxies.length);
}

/** How many resources a Pilot has sent since it started. */
async function resourcesSent(name: string): Promise<number> {
  const metrics = (await mesh.pilots.get(name)?.get('/metrics'))?.text ?? '';
  const counts = metrics.split('\n').filter((line) => line.startsWith('flotilla_xds_sent_resources_total{'));
  return counts.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

it('moves the Envoys of a Pilot that is killed to the others, which send them nothing that they have', async () => {
  await mesh.settled();
  const [victim, ...others] = await shares();
  if (victim === undefined) throw new Error('there is no Pilot');
  expect(victim.proxies.length).toBeGreaterThan(0);
  const load = startLoad(pageUrl(mesh), { workers: 4, pauseMs: 5 });
  await expect.poll(() => load.sent).toBeGreaterThan(20);
  const taken = await mesh.takenUpdates();
  const sent = await Promise.all(others.map(({ name }) => resourcesSent(name)));

  await mesh.kill([victim.name]);
  await mesh.returned([victim.name]);
  await mesh.settled();

  expect(await mesh.takenUpdates(), 'no Envoy took anything in').toEqual(taken);
  expect(await Promise.all(others.map(({ name }) => resourcesSent(name))), 'the others sent nothing').toEqual(sent);
  expect(await resourcesSent(victim.name), 'nor did the one that came back').toBe(0);
  const now = await shares();
  const moved = now.filter(({ name }) => name !== victim.name).flatMap(({ proxies }) => proxies.filter((id) => victim.proxies.includes(id)));
  expect(moved.length, 'Envoys that did not wait for their Pilot to return').toBeGreaterThan(0);

  // The mesh is alive: a change reaches Envoys of all Pilots.
  await mesh.apply(markedDetails('x-after', 'loss'));
  expect((await mesh.callFrom('productpage-v1', 'http://details:9080/details/0')).headers['x-after']).toBe('loss');
  expect((await load.stop()).failures).toEqual([]);
});
