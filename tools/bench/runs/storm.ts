import { setTimeout as sleep } from 'node:timers/promises';
import { startBenchMesh, type BenchMesh } from '../bench-mesh.ts';
import { applyMesh } from '../changes.ts';
import { connectFleet, newFleet, spread, type Fleet } from '../measure.ts';
import { PilotWatch, type Sample } from '../pilot-watch.ts';
import { cpuSeconds } from '../process-usage.ts';
import { count, megabytes, milliseconds, seconds } from '../quantity.ts';
import type { Run } from '../run.ts';
import { StormMesh } from '../storm-mesh.ts';
import type { Table } from '../table.ts';

const changesPerSecond = 50;
/** One proxy comes back this often, in milliseconds, every other time as a new one. */
const churnEveryMs = 500;
/** A slow proxy reads in the first part of each second only. */
const slowReadsMs = 100;

/** Proxies by what they do in a storm. */
interface Roles {
  /** Do nothing but take what comes: those whose staleness counts. */
  readonly steady: readonly number[];
  readonly churning: readonly number[];
  readonly slow: readonly number[];
  /** Read nothing until the storm is over. */
  readonly stuck: readonly number[];
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);

function rolesOf(proxies: number): Roles {
  const [some, few] = [Math.ceil(proxies / 10), Math.ceil(proxies / 50)];
  const steady = proxies - some - 2 * few;
  return { steady: range(0, steady), churning: range(steady, steady + some), slow: range(steady + some, proxies - few), stuck: range(proxies - few, proxies) };
}

const calm = (proxies: number): Roles => ({ steady: range(0, proxies), churning: [], slow: [], stuck: [] });

/** Has proxies come and go, and read slowly; call the result to end it. */
function unrest(fleet: Fleet, { churning, slow, stuck }: Roles): () => void {
  let turn = 0;
  fleet.tell({ do: 'pause', proxies: [...slow, ...stuck] });
  const churn = setInterval(() => {
    turn += 1;
    const proxy = churning[turn % churning.length];
    if (proxy !== undefined) fleet.tell({ do: 'reconnect', proxies: [proxy], fresh: turn % 2 === 0 });
  }, churnEveryMs);
  const reading = setInterval(() => {
    fleet.tell({ do: 'resume', proxies: slow });
    setTimeout(() => fleet.tell({ do: 'pause', proxies: slow }), slowReadsMs);
  }, 1_000);
  return () => {
    for (const timer of [churn, reading]) clearInterval(timer);
    // The last pause of those that are slow may still be to come.
    setTimeout(() => fleet.tell({ do: 'resume', proxies: [...slow, ...stuck] }), slowReadsMs);
  };
}

/** Makes changes at an even pace. */
async function changeFor(storm: StormMesh, lasts: number): Promise<void> {
  const begun = Date.now();
  const changes: Promise<void>[] = [];
  for (let n = 0; n < lasts * changesPerSecond; n += 1) {
    await sleep(Math.max(0, begun + (n * 1_000) / changesPerSecond - Date.now()));
    changes.push(storm.change());
  }
  await Promise.all(changes);
}

const quantile = (sorted: readonly number[], q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? NaN;

async function weather(title: string, { mesh, fleet, storm }: { readonly mesh: BenchMesh; readonly fleet: Fleet; readonly storm: StormMesh }, roles: Roles, lasts: number): Promise<{ readonly row: Table['rows'][number]; readonly samples: readonly Sample[] }> {
  const { pids } = mesh;
  const cpu = (): Record<string, number> => Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, cpuSeconds(pid)]));
  const before = cpu();
  const already = storm.writes.length;
  await fleet.ask({ do: 'report' }, 'report');
  await fleet.ask({ do: 'trace' }, 'tracing');
  const watch = new PilotWatch(mesh.pilot, pids.pilot);
  const end = unrest(fleet, roles);
  await changeFor(storm, lasts);
  end();
  const lastWrite = Date.now();
  const writes = storm.writes.slice(already);
  const { staleness, lastAt } = await fleet.ask({ do: 'traced', writes, steady: roles.steady }, 'traced');
  const { bytes, messages } = await fleet.ask({ do: 'report' }, 'report');
  const { samples, longestBlockMs } = await watch.stop();
  const after = cpu();
  const used = Object.fromEntries(Object.keys(pids).map((name) => [`CPU of ${name}`, seconds((after[name] ?? NaN) - (before[name] ?? NaN))]));
  const row = {
    storm: title,
    changes: count(writes.length),
    'staleness p50': milliseconds(quantile(staleness, 0.5)),
    'staleness p99': milliseconds(quantile(staleness, 0.99)),
    'staleness, worst': milliseconds(staleness.at(-1) ?? NaN),
    'all have the last after': seconds(Math.max(0, lastAt - lastWrite) / 1_000),
    'longest block of Pilot': milliseconds(longestBlockMs),
    moved: megabytes(bytes),
    messages: count(messages),
    ...used,
  };
  return { row, samples };
}

/** Many changes a second, first while all proxies read, then while some come and go, and some read slowly or not at all. */
export const storm: Run = {
  name: 'storm',
  about: `${changesPerSecond} changes a second while proxies come and go, and some hardly read.`,
  size: {},
  async measure({ services, endpoints, proxies, namespaces, seconds: lasts }, home) {
    const shape = { endpoints, namespaces: 20 };
    const mesh = await startBenchMesh({ home });
    const fleet = newFleet();
    try {
      await applyMesh(mesh, services, shape);
      const storm = new StormMesh(mesh, shape);
      await storm.create();
      await connectFleet(fleet, { addresses: [mesh.address], servers: [mesh.pilot], namespaces: spread(proxies, namespaces), remember: true }, [mesh.pids.pilot]);
      const parts = { mesh, fleet, storm };
      const quiet = await weather('all stay and read', parts, calm(proxies), Math.ceil(lasts / 6));
      const roles = rolesOf(proxies);
      const wild = await weather(`${roles.churning.length} come and go, ${roles.slow.length} are slow, ${roles.stuck.length} do not read`, parts, roles, lasts);
      const memory = wild.samples.filter((_, index) => index % Math.ceil(wild.samples.length / 6) === 0 || index === wild.samples.length - 1);
      return [
        { title: `${changesPerSecond} changes a second for ${lasts} s, ${services} services, ${proxies} proxies`, rows: [quiet.row, wild.row] },
        { title: 'Memory of Pilot through the storm', rows: memory.map(({ at, resident, heap }) => ({ at: seconds(at), resident: megabytes(resident), 'heap in use': megabytes(heap) })) },
      ];
    } finally {
      fleet.stop();
      await mesh.stop();
    }
  },
};
