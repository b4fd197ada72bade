import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '@flotilla/testing';
import { loadReviews, reviewsAtGateway } from '../src/bookinfo.ts';
import { composeMesh, type ComposeMesh } from '../src/compose-mesh.ts';
import { docker } from '../src/compose.ts';

let mesh: ComposeMesh;
beforeAll(async () => {
  mesh = await composeMesh();
  await mesh.apply(reviewsAtGateway);
});
afterAll(async () => {
  await mesh.compose.run('up', '-d', '--no-recreate', '--wait', '--scale', 'pilot=1', '--scale', 'mixer=1');
  await eventually(() => mesh.settled(), { timeoutMs: 60_000 });
  await mesh.stop();
});

/** How many proxies the Pilot of each container serves. */
async function served(): Promise<number[]> {
  const pilots = await mesh.compose.containers('pilot');
  const ask = "fetch('http://127.0.0.1:7020/v1/proxies', { headers: { authorization: 'Bearer ' + require('node:fs').readFileSync('/credentials/admin.token', 'utf8').trim() } }).then((response) => response.text()).then(console.log)";
  return Promise.all(pilots.map(async (pilot) => (JSON.parse(await docker('exec', pilot, 'node', '-e', ask)) as { items: unknown[] }).items.length));
}

it('runs two Pilots and two Mixers, and goes on when one of each is gone', async () => {
  const load = loadReviews(mesh);
  await mesh.compose.run('up', '-d', '--no-recreate', '--wait', '--scale', 'pilot=2', '--scale', 'mixer=2');
  expect(await mesh.compose.containers('pilot')).toHaveLength(2);
  expect(await mesh.compose.containers('mixer')).toHaveLength(2);
  // The first of each leaves: its proxies go to the other.
  for (const service of ['pilot', 'mixer']) {
    const first = await docker('ps', '-q', '--filter', `label=com.docker.compose.project=${mesh.compose.project}`, '--filter', `label=com.docker.compose.service=${service}`, '--filter', 'label=com.docker.compose.container-number=1');
    await docker('rm', '-f', '--volumes', first);
  }
  await eventually(async () => {
    const counts = await served();
    if (counts.length !== 1 || counts[0] !== 7) throw new Error(`the Pilots serve ${counts.join(', ')} proxies`);
  }, { timeoutMs: 90_000 });
  const { sent, failures } = await load.stop();
  expect(failures).toEqual([]);
  expect(sent).toBeGreaterThan(20);
});
