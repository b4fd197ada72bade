import { eventually } from '@flotilla/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pageUrl } from '../../src/bookinfo.ts';
import { example } from '../../src/examples.ts';
import { startLoad } from '../../src/load.ts';
import { markedDetails } from '../../src/marked-details.ts';
import { startProcessMesh, type ProcessMesh } from '../../src/process-mesh.ts';

const changes = 300;
const hung = 'ratings-v1';

let mesh: ProcessMesh;
beforeAll(async () => {
  mesh = await startProcessMesh();
  await mesh.apply(example('bookinfo/destination-rule-all.yaml'));
  // Nobody calls the ratings whose proxy is going to hang.
  await mesh.apply(example('bookinfo/virtual-service-all-v1.yaml'));
});
afterAll(() => mesh.stop());

/** The state of each proxy by its workload. */
async function states(): Promise<Map<string, string>> {
  const proxies = await mesh.proxies();
  return new Map(proxies.map(({ id, state }) => [id.split('~')[2]?.split('.')[0] ?? id, state]));
}

it('holds nobody up in a storm of changes, and has the last of them when it goes on', async () => {
  const { body } = await mesh.agent.get(`/v1/workloads/default/${hung}`);
  const { pid } = (body as { envoy: { pid: number } }).envoy;
  const load = startLoad(pageUrl(mesh), { workers: 2, pauseMs: 10 });
  await expect.poll(() => load.sent).toBeGreaterThan(10);

  process.kill(pid, 'SIGSTOP');
  try {
    // Many at one time: writes take turns, and Pilot gathers what comes while it is at work.
    const numbers = Array.from({ length: changes }, (_, n) => n);
    for (let first = 0; first < changes; first += 20) await Promise.all(numbers.slice(first, first + 20).map((n) => mesh.apply(markedDetails('x-change', `change-${n}`), { settle: false })));
    await mesh.apply(markedDetails('x-change', 'last'), { settle: false });
    await eventually(async () => {
      const { headers } = await mesh.callFrom('productpage-v1', 'http://details:9080/details/0');
      expect(headers['x-change']).toBe('last');
      const others = [...(await states())].filter(([name]) => name !== hung);
      expect(others.length).toBeGreaterThan(0);
      for (const [name, state] of others) expect(state, name).toBe('SYNCED');
    });
    expect((await states()).get(hung)).toBe('STALE');
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await mesh.settled();
  expect((await mesh.callFrom(hung, 'http://details:9080/details/0')).headers['x-change']).toBe('last');
  expect((await load.stop()).failures).toEqual([]);
});
