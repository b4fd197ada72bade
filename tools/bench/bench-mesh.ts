import { join } from 'node:path';
import { freePorts, type TestProcess } from '@flotilla/testing';
import { AdminApi } from './admin-api.ts';
import { controlPlaneOf, type ControlPlane } from './control-plane.ts';
import { launchMesh } from './local-mesh.ts';
import { startSibling } from './sibling-process.ts';

/** A Pilot beside the launcher's. */
export interface SecondPilot {
  readonly process: TestProcess;
  /** Of plaintext xDS. */
  readonly address: string;
  readonly admin: AdminApi;
}

/** nats, Galley and Pilot, brought up by the launcher with a home and ports of their own. */
export interface BenchMesh extends ControlPlane {
  /** Of plaintext xDS. */
  readonly address: string;
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

export async function startBenchMesh({ home, config }: BenchMeshOptions): Promise<BenchMesh> {
  const [insecure = 0] = await freePorts(1);
  const address = `127.0.0.1:${insecure}`;
  const launched = await launchMesh(home, ['--only', 'nats,galley,pilot', '--insecure-xds', address, ...(config === undefined ? [] : ['--config', config])]);
  const description = await launched.ready;
  const controlPlane = controlPlaneOf(description);
  const more: TestProcess[] = [];
  return {
    ...controlPlane,
    address,
    async addPilot() {
      const [admin = 0, xds = 0] = await freePorts(2);
      const process = startSibling(controlPlane.pids.pilot, { 'admin-port': String(admin), 'insecure-xds': `127.0.0.1:${xds}`, 'data-dir': join(home, `data/another-pilot-${more.length}`) });
      more.push(process);
      return { process, address: `127.0.0.1:${xds}`, admin: new AdminApi(`http://127.0.0.1:${admin}`, controlPlane.pilot.token) };
    },
    async stop() {
      await Promise.all(more.map((process) => process.stop()));
      await launched.stop();
    },
  };
}
