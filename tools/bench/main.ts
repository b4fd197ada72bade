/**
 * `npm run bench`: how long a fleet of proxies takes to be configured and to take changes in, by a real control plane
 * and as a multiple of what grpc-js takes to move the same bytes in the same run. `-- --help` lists the flags.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadSettings, runCommand, Type, type Static } from '@flotilla/runtime';
import { startBenchMesh } from './bench-mesh.ts';
import type { FleetAnswer, FleetRequest } from './fleet-messages.ts';
import type { FloorAnswer, FloorRequest } from './floor.ts';
import { connectFleet, measureChange, type Measured } from './measure.ts';
import { MeshFiles } from './mesh-files.ts';
import { memoryOf } from './process-usage.ts';
import { table, type Row } from './report.ts';
import { Worker } from './worker.ts';

const count = (value: number, what: string) => Type.Integer({ minimum: 1, default: value, description: what });

const settingsSchema = Type.Object({
  services: count(1_000, 'Services in the mesh, each with a DestinationRule and a VirtualService.'),
  endpoints: count(4, 'Endpoints of each service.'),
  proxies: count(100, 'Proxies that connect.'),
  namespaces: count(5, 'Namespaces that the proxies are in; each is a scope of its own.'),
  rounds: count(5, 'Times that each change is made.'),
  out: Type.String({ default: '.flotilla/bench.json', description: 'File for the numbers.' }),
});
type Settings = Static<typeof settingsSchema>;

/** A fleet of its own for each server, so that neither inherits what the other warmed up. */
const newFleet = () => new Worker<FleetRequest, FleetAnswer>('fleet.ts');

interface Work {
  readonly initial: Measured;
  readonly virtualService: Measured;
  readonly endpoint: Measured;
}

async function ofControlPlane({ services, endpoints, proxies, namespaces, rounds }: Settings, folder: string): Promise<{ work: Work; memory: object }> {
  const config = join(folder, 'mesh');
  const files = new MeshFiles(config, { services, endpoints });
  const mesh = await startBenchMesh(join(folder, 'home'), config);
  const fleet = newFleet();
  try {
    const { pilot } = mesh.pids;
    const idle = memoryOf(pilot).now;
    const initial = await connectFleet(fleet, { address: mesh.address, proxies, namespaces }, [pilot]);
    const configured = memoryOf(pilot).now;
    const all = Object.values(mesh.pids);
    const marks = (prefix: string): string[] => Array.from({ length: rounds }, (_, round) => `${prefix}${round + 1}`);
    const virtualService = await measureChange(fleet, all, marks('mark-of-round-'), (routeName) => files.saveRules(0, { routeName }));
    const endpoint = await measureChange(fleet, all, marks('10.99.99.'), (firstAddress) => files.saveService(0, { firstAddress }));
    return { work: { initial, virtualService, endpoint }, memory: { idle, configured, peak: memoryOf(pilot).peak, galleyPeak: memoryOf(mesh.pids.galley).peak } };
  } finally {
    fleet.stop();
    await mesh.stop();
  }
}

/** Moves what the control plane moved, in as many messages. */
async function ofFloor({ proxies, namespaces, rounds }: Settings, { initial, virtualService, endpoint }: Work): Promise<Work> {
  const floor = new Worker<FloorRequest, FloorAnswer>('floor.ts');
  const fleet = newFleet();
  try {
    const { port } = await floor.ask({ do: 'listen', bytes: Math.round(initial.bytes / proxies), messages: Math.max(1, Math.round(initial.messages / proxies)) }, 'listening');
    const pids = [floor.pid];
    const push = (kind: string, { bytes }: Measured): Promise<Measured> =>
      measureChange(fleet, pids, Array.from({ length: rounds }, (_, round) => `${kind}-${round + 1}.`), (mark) => floor.tell({ do: 'push', bytes: Math.round(bytes / proxies), mark }));
    return {
      initial: await connectFleet(fleet, { address: `127.0.0.1:${port}`, proxies, namespaces }, pids),
      virtualService: await push('virtual-service', virtualService),
      endpoint: await push('endpoint', endpoint),
    };
  } finally {
    fleet.stop();
    floor.stop();
  }
}

async function main(): Promise<void> {
  const settings = loadSettings(settingsSchema, { argv: process.argv.slice(2), env: {}, name: 'bench', description: 'Measures a real control plane against the floor.' });
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-bench-'));
  try {
    const { work, memory } = await ofControlPlane(settings, folder);
    const floor = await ofFloor(settings, work);
    const titles: Readonly<Record<keyof Work, string>> = { initial: 'the fleet connects and is configured', virtualService: 'one VirtualService changes', endpoint: 'one endpoint changes' };
    const rows = (Object.keys(titles) as (keyof Work)[]).map((kind): Row => ({ work: titles[kind], measured: work[kind], floor: floor[kind] }));
    console.log(`\n${settings.services} services of ${settings.endpoints} endpoints, ${settings.proxies} proxies in ${settings.namespaces} namespaces\n\n${table(rows)}\n`);
    console.log(`Memory in MB: ${Object.entries(memory).map(([name, value]) => `${name} ${Math.round(Number(value))}`).join(', ')}`);
    const out = resolve(settings.out);
    writeFileSync(out, `${JSON.stringify({ at: new Date().toISOString(), node: process.version, cores: cpus().length, settings, rows, memory }, null, 2)}\n`);
    console.log(`Written to ${out}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await runCommand(main);
