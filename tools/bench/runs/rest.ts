import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { launchMesh, type LocalMesh, type MeshDescription } from '../local-mesh.ts';
import { ageOf, cpuSeconds, memoryOf } from '../process-usage.ts';
import { count, megabytes, milliseconds, seconds } from '../quantity.ts';
import type { Run } from '../run.ts';
import { startSecondAgent } from '../second-agent.ts';
import type { Table } from '../table.ts';

const parts = ['nats', 'citadel', 'galley', 'pilot', 'mixer', 'agent'];
/** How long processes are left alone before their memory is read, in milliseconds. */
const restMs = 20_000;
/** Envoys that a second agent is given after its first one. */
const further = 10;

/** Notes, while a mesh comes up, how old each process is when it says that it is ready. */
async function readyTimes(mesh: LocalMesh): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  const up = mesh.ready.then(() => 'up');
  while ((await Promise.race([up, sleep(10)])) !== 'up') {
    const { urls = {}, pids = {} } = mesh.description() ?? {};
    await Promise.all(
      parts.map(async (part) => {
        const [url, pid] = [urls[part], pids[part]];
        if (times.has(part) || url === undefined || pid === undefined) return;
        const ready = await fetch(`${url}/readyz`).then(({ status }) => status === 200, () => false);
        if (ready) times.set(part, ageOf(pid));
      }),
    );
  }
  return times;
}

/** Starts a mesh. @returns what runs, and the seconds until all of it was ready */
async function start(home: string): Promise<{ readonly mesh: LocalMesh; readonly description: MeshDescription; readonly took: number; readonly ready: ReadonlyMap<string, number> }> {
  const begun = Date.now();
  const mesh = await launchMesh(home, []);
  const ready = await readyTimes(mesh);
  const took = (Date.now() - begun) / 1_000;
  return { mesh, description: await mesh.ready, took, ready };
}

/** What each process of the mesh holds and uses when nothing happens. */
async function atRest({ pids }: MeshDescription, ready: ReadonlyMap<string, number>): Promise<Table['rows']> {
  await sleep(restMs);
  const before = new Map(parts.map((part) => [part, cpuSeconds(pids[part] ?? 0)]));
  await sleep(restMs);
  return parts.map((part) => {
    const pid = pids[part] ?? 0;
    return {
      process: part,
      resident: megabytes(memoryOf(pid).now),
      'ready after': seconds(ready.get(part) ?? NaN),
      'CPU a second': milliseconds(((cpuSeconds(pid) - (before.get(part) ?? NaN)) * 1e6) / restMs),
    };
  });
}

/** A second agent in the same mesh, with one Envoy and then with more. */
async function agentMemory(description: MeshDescription, folder: string): Promise<Table['rows']> {
  const agent = await startSecondAgent(description, folder);
  try {
    const resident = new Map<number, number>();
    for (const envoys of [1, 1 + further]) {
      await agent.run(envoys);
      await sleep(restMs);
      resident.set(envoys, memoryOf(agent.pid).now);
    }
    const each = ((resident.get(1 + further) ?? NaN) - (resident.get(1) ?? NaN)) / further;
    return [...resident].map(([envoys, bytes]) => ({ Envoys: count(envoys), agent: megabytes(bytes), 'each further one': megabytes(envoys === 1 ? NaN : each) }));
  } finally {
    await agent.stop();
  }
}

/** What a mesh takes that does nothing, and how soon it is there. */
export const rest: Run = {
  name: 'rest',
  about: 'Memory and CPU of an idle `npm start`, how soon it is ready, and an agent with more Envoys.',
  size: {},
  async measure(_size, folder) {
    const home = join(folder, 'home');
    const first = await start(home);
    await first.mesh.stop();
    const second = await start(home);
    try {
      return [
        { title: 'The whole mesh with the bookshop', rows: [{ 'first start ready after': seconds(first.took), 'second start ready after': seconds(second.took) }] },
        { title: 'At rest', rows: await atRest(second.description, second.ready) },
        { title: 'An agent', rows: await agentMemory(second.description, join(folder, 'agent')) },
      ];
    } finally {
      await second.mesh.stop();
    }
  },
};
