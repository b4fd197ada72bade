import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, freePorts } from '@flotilla/testing';
import { AdminApi } from './admin-api.ts';
import { adminOf } from './control-plane.ts';
import { ownNetwork, type MeshDescription } from './local-mesh.ts';
import { startSibling } from './sibling-process.ts';

/** An agent beside the launcher's, with Envoys of workloads that serve nothing. */
export interface SecondAgent {
  readonly admin: AdminApi;
  readonly pid: number;
  /** Gives it this many Envoys, and waits until all are live. */
  run(envoys: number): Promise<void>;
  stop(): Promise<void>;
}

/** The path of the n-th workload in the agent's API. */
export const workloadPath = (n: number): string => `/v1/workloads/default/bench-${n}`;

/** A workload as the agent takes it, with an identity that the launcher's agent may have. */
const workload = (n: number): object => ({
  name: `bench-${n}`,
  namespace: 'default',
  serviceAccount: 'bookinfo-reviews',
  labels: { app: 'bench' },
  address: `${ownNetwork}.1.${n + 1}`,
  ports: [{ name: 'http', number: 9_080, app: '127.0.0.1:9' }],
  httpProxyPort: 15_002,
  drainSeconds: 0,
});

/** @param folder for its state, made here */
export async function startSecondAgent(description: MeshDescription, folder: string): Promise<SecondAgent> {
  const [port = 0] = await freePorts(1);
  const file = join(folder, 'workloads.json');
  mkdirSync(folder);
  writeFileSync(file, '[]');
  const process = startSibling(description.pids['agent'] ?? 0, { 'admin-port': String(port), workloads: file, 'run-dir': join(folder, 'run'), 'log-dir': folder });
  const admin = new AdminApi(`http://127.0.0.1:${port}`, adminOf(description, 'agent').token);
  const untilLive = (envoys: number): Promise<void> =>
    eventually(
      async () => {
        const { items } = JSON.parse(await admin.get('/v1/workloads')) as { items: readonly { readonly state: string }[] };
        const live = items.filter(({ state }) => state === 'ready').length;
        if (live !== envoys) throw new Error(`${live} of ${envoys} Envoys are live`);
      },
      { timeoutMs: 180_000, everyMs: 100 },
    );
  return {
    admin,
    pid: process.pid,
    async run(envoys) {
      // The agent watches it.
      writeFileSync(file, JSON.stringify(Array.from({ length: envoys }, (_, n) => workload(n))));
      await untilLive(envoys);
    },
    stop: () => process.stop(),
  };
}
