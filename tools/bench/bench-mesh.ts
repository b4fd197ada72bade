import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, freePorts, type TestProcess } from '@flotilla/testing';
import { AdminApi } from './admin-api.ts';
import { launchMesh } from './local-mesh.ts';
import { startSibling } from './sibling-process.ts';

/** A large mesh on a busy machine. */
const patience = { timeoutMs: 300_000, everyMs: 20 };

/** A Pilot beside the launcher's. */
export interface SecondPilot {
  readonly process: TestProcess;
  /** Of plaintext xDS. */
  readonly address: string;
  readonly admin: AdminApi;
}

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
  /** Starts one more Pilot on the same stores; it has a folder of its own, which is empty. */
  addPilot(): Promise<SecondPilot>;
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
  const [insecure = 0] = await freePorts(1);
  const address = `127.0.0.1:${insecure}`;
  const launched = await launchMesh(home, ['--only', 'nats,galley,pilot', '--insecure-xds', address, ...(config === undefined ? [] : ['--config', config])]);
  await launched.ready;
  const { pids, urls, tokenFile } = launched.description() as { pids: BenchMesh['pids']; urls: Record<'galley' | 'pilot', string>; tokenFile: string };
  const token = readFileSync(tokenFile, 'utf8').trim();
  const [galley, pilot] = [new AdminApi(urls.galley, token), new AdminApi(urls.pilot, token)];
  const more: TestProcess[] = [];
  return {
    address,
    pids,
    galley,
    pilot,
    apply: (yaml) => galley.post('/v1/apply', yaml),
    read: () =>
      eventually(async () => {
        const [written, has] = await Promise.all([galley.get('/v1/revision'), pilot.get('/v1/revision')]);
        if (written !== has) throw new Error(`Galley is at ${written}, Pilot at ${has}`);
      }, patience),
    async addPilot() {
      const [admin = 0, xds = 0] = await freePorts(2);
      const process = startSibling(pids.pilot, { 'admin-port': String(admin), 'insecure-xds': `127.0.0.1:${xds}`, 'data-dir': join(home, `data/another-pilot-${more.length}`) });
      more.push(process);
      return { process, address: `127.0.0.1:${xds}`, admin: new AdminApi(`http://127.0.0.1:${admin}`, token) };
    },
    async stop() {
      await Promise.all(more.map((process) => process.stop()));
      await launched.stop();
    },
  };
}
