import { connect } from 'node:net';
import { eventually } from '@flotilla/testing';
import { startBenchMesh } from '../bench-mesh.ts';
import { applyMesh } from '../changes.ts';
import { connectFleet, isUp, newFleet } from '../measure.ts';
import { cpuOf, memoryOf } from '../process-usage.ts';
import { megabytes, seconds } from '../quantity.ts';
import type { Run } from '../run.ts';
import type { Table } from '../table.ts';

/** Resolves when something listens. */
async function listens(address: string): Promise<void> {
  const [host = '', port] = address.split(':');
  await eventually(
    () =>
      new Promise<void>((resolve, reject) => {
        const socket = connect(Number(port), host, () => resolve(void socket.destroy()));
        socket.on('error', reject);
      }),
    { timeoutMs: 60_000, everyMs: 5 },
  );
}

/** From the start of a Pilot's process, on a mesh that is in the stores, to the last message for its first proxy. */
export const coldStart: Run = {
  name: 'cold-start',
  about: 'From the start of Pilot on a large mesh to the first proxy configured.',
  size: { services: 5_000, rounds: 3 },
  async measure({ services, endpoints, rounds }, home) {
    const mesh = await startBenchMesh({ home });
    const rows: Table['rows'][number][] = [];
    try {
      await applyMesh(mesh, services, { endpoints, namespaces: 20 });
      for (let round = 1; round <= rounds; round += 1) {
        const fleet = newFleet();
        await isUp(fleet);
        const startedAt = Date.now();
        const pilot = await mesh.addPilot();
        await listens(pilot.address);
        const listensAt = Date.now();
        const { pid } = pilot.process;
        const connected = await connectFleet(fleet, { addresses: [pilot.address], servers: [pilot.admin], namespaces: ['team-0'] }, [pid]);
        rows.push({ start: String(round), 'port open': seconds((listensAt - startedAt) / 1000), 'first proxy configured': seconds((listensAt - startedAt) / 1000 + connected.seconds), 'CPU of Pilot': seconds(cpuOf([pid])), 'sent to it': megabytes(connected.bytes), 'peak of memory': megabytes(memoryOf(pid).peak) });
        fleet.stop();
        await pilot.process.stop();
      }
      return [{ title: `Cold start of Pilot, ${services} services of ${endpoints} endpoints in the stores`, rows }];
    } finally {
      await mesh.stop();
    }
  },
};
