import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { eventually, freePorts, Hopeless, startProcess } from '@flotilla/testing';

const launcherFile = resolve(import.meta.dirname, '../launcher/main.ts');
/** A large mesh on a busy machine. */
const patience = { timeoutMs: 300_000, everyMs: 100 };

/** A real control plane, brought up by the launcher with a home and ports of its own. */
export interface BenchMesh {
  /** Of plaintext xDS. */
  readonly address: string;
  readonly pids: Readonly<Record<'nats' | 'galley' | 'pilot', number>>;
  stop(): Promise<void>;
}

/** Starts nats, Galley and Pilot on `config`, and waits until Pilot has read all of it. */
export async function startBenchMesh(home: string, config: string): Promise<BenchMesh> {
  const names = ['nats', 'galley', 'pilot', 'registry', 'xds', 'insecure'] as const;
  const free = await freePorts(names.length);
  const port = Object.fromEntries(names.map((name, index) => [name, free[index] ?? 0])) as Record<(typeof names)[number], number>;
  const address = `127.0.0.1:${port.insecure}`;
  const args = ['--only', 'nats,galley,pilot', '--home', home, '--config', config, '--insecure-xds', address, '--nats-port', port.nats, '--galley-port', port.galley, '--pilot-port', port.pilot, '--registry-port', port.registry, '--xds-port', port.xds];
  const launcher = startProcess(process.execPath, [launcherFile, ...args.map(String)]);
  await eventually(() => {
    if (launcher.ended()) throw new Hopeless(launcher.output());
    if (!launcher.output().includes('Flotilla is ready')) throw new Error(`the mesh does not come up:\n${launcher.output()}`);
  }, patience);
  const { pids, tokenFile } = JSON.parse(readFileSync(join(home, 'run/mesh.json'), 'utf8')) as { pids: BenchMesh['pids']; tokenFile: string };
  const token = readFileSync(tokenFile, 'utf8').trim();
  let last = '';
  let since = Date.now();
  await eventually(async () => {
    const revision = await (await fetch(`http://127.0.0.1:${port.pilot}/v1/revision`, { headers: { authorization: `Bearer ${token}` } })).text();
    if (revision !== last) [last, since] = [revision, Date.now()];
    if (Date.now() - since < 2_000) throw new Error(`the mesh is still being read: ${revision}`);
  }, patience);
  return { address, pids, stop: () => launcher.stop() };
}
