import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { eventually, freePorts, Hopeless, startProcess } from '@flotilla/testing';
import { AdminApi } from './admin-api.ts';
import { startSibling, type Sibling } from './sibling-pilot.ts';

const launcherFile = resolve(import.meta.dirname, '../launcher/main.ts');
/** A large mesh on a busy machine. */
const patience = { timeoutMs: 300_000, everyMs: 20 };

/** A real control plane, brought up by the launcher with a home and ports of its own. */
export interface BenchMesh {
  /** Of plaintext xDS. */
  readonly address: string;
  readonly pids: Readonly<Record<'nats' | 'galley' | 'pilot', number>>;
  readonly galley: AdminApi;
  readonly pilot: AdminApi;
  /** Writes resources by Galley's REST API, all in one revision. */
  apply(yaml: string): Promise<void>;
  /** Waits until Pilot has read all that Galley has written. */
  read(): Promise<void>;
  /** Starts one more Pilot on the same stores. */
  addPilot(): Promise<Sibling>;
  stop(): Promise<void>;
}

export interface BenchMeshOptions {
  /** For state, logs and secrets. */
  readonly home: string;
  /** A folder of YAML to be watched. */
  readonly config?: string;
}

/** Starts nats, Galley and Pilot. */
export async function startBenchMesh({ home, config }: BenchMeshOptions): Promise<BenchMesh> {
  const names = ['nats', 'galley', 'pilot', 'registry', 'xds'] as const;
  const [insecure = 0, ...ports] = await freePorts(names.length + 1);
  const address = `127.0.0.1:${insecure}`;
  const args = ['--only', 'nats,galley,pilot', '--home', home, '--insecure-xds', address, ...names.flatMap((name, index) => [`--${name}-port`, String(ports[index])]), ...(config === undefined ? [] : ['--config', config])];
  const launcher = startProcess(process.execPath, [launcherFile, ...args]);
  await eventually(() => {
    if (launcher.ended()) throw new Hopeless(launcher.output());
    if (!launcher.output().includes('Flotilla is ready')) throw new Error(`the mesh does not come up:\n${launcher.output()}`);
  }, patience);
  const { pids, urls, tokenFile } = JSON.parse(readFileSync(join(home, 'run/mesh.json'), 'utf8')) as { pids: BenchMesh['pids']; urls: Record<'galley' | 'pilot', string>; tokenFile: string };
  const token = readFileSync(tokenFile, 'utf8').trim();
  const [galley, pilot] = [new AdminApi(urls.galley, token), new AdminApi(urls.pilot, token)];
  const siblings: Sibling[] = [];
  const apply = (yaml: string): Promise<void> => galley.post('/v1/apply', yaml);
  const read = (): Promise<void> =>
    eventually(async () => {
      const [written, has] = await Promise.all([galley.get('/v1/revision'), pilot.get('/v1/revision')]);
      if (written !== has) throw new Error(`Galley is at ${written}, Pilot at ${has}`);
    }, patience);
  return {
    address,
    pids,
    galley,
    pilot,
    apply,
    read,
    async addPilot() {
      const sibling = await startSibling(pids.pilot, join(home, `pilot-${siblings.length + 2}`), token);
      siblings.push(sibling);
      return sibling;
    },
    async stop() {
      await Promise.all(siblings.map((sibling) => sibling.stop()));
      await launcher.stop();
    },
  };
}
