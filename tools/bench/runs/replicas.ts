import { eventually, type MeshShape } from '@flotilla/testing';
import type { AdminApi } from '../admin-api.ts';
import { startBenchMesh, type BenchMesh } from '../bench-mesh.ts';
import { applyMesh, changesOf } from '../changes.ts';
import { connectFleet, measureChange, newFleet, quietMs, spread } from '../measure.ts';
import { cpuOf } from '../process-usage.ts';
import { count, kilobytes, megabytes, seconds } from '../quantity.ts';
import type { Run, Size } from '../run.ts';
import type { Table } from '../table.ts';

/** Resolves when these Pilots together have this many streams. */
function serves(pilots: readonly AdminApi[], streams: number): Promise<void> {
  return eventually(
    async () => {
      const open = await Promise.all(pilots.map(async (pilot) => (await pilot.metrics()).get('flotilla_xds_streams') ?? 0));
      const sum = open.reduce((all, one) => all + one, 0);
      if (sum !== streams) throw new Error(`${sum} of ${streams} streams are open`);
    },
    { timeoutMs: 60_000 },
  );
}

/** A fleet shares `pilots` Pilots, of which one is killed. */
async function lose(mesh: BenchMesh, pilots: number, { proxies, namespaces, rounds }: Size, shape: MeshShape): Promise<Table['rows'][number]> {
  const siblings = await Promise.all(Array.from({ length: pilots - 1 }, () => mesh.addPilot()));
  const fleet = newFleet();
  try {
    const revision = await mesh.galley.get('/v1/revision');
    await eventually(async () => {
      for (const { admin } of siblings) if ((await admin.get('/v1/revision')) !== revision) throw new Error('a Pilot has not read all yet');
    }, { timeoutMs: 60_000 });
    const pids = [mesh.pids.pilot, ...siblings.map(({ process }) => process.pid)];
    const connected = await connectFleet(fleet, { addresses: [mesh.address, ...siblings.map(({ address }) => address)], servers: [mesh.pilot, ...siblings.map(({ admin }) => admin)], namespaces: spread(proxies, namespaces), remember: true }, pids);
    const [virtualService] = changesOf(mesh, shape, pilots);
    if (virtualService === undefined) throw new Error('there is nothing to change');
    const all = [mesh.pids.nats, mesh.pids.galley];
    const before = await measureChange(fleet, [...all, ...pids], rounds, virtualService);
    const victim = siblings.at(-1);
    const survivors = [mesh.pilot, ...siblings.slice(0, -1).map(({ admin }) => admin)];
    const surviving = pids.slice(0, -1);
    const cpuBefore = cpuOf(surviving);
    const killedAt = Date.now();
    await victim?.process.stop('SIGKILL');
    await serves(survivors, proxies);
    const movedAt = Date.now();
    const moved = await fleet.ask({ do: 'settle', quietMs }, 'settled');
    const cpu = cpuOf(surviving) - cpuBefore;
    const [, , , newService] = changesOf(mesh, shape, pilots);
    const after = await measureChange(fleet, [...all, ...surviving], 1, newService ?? virtualService);
    return {
      Pilots: count(pilots),
      'the fleet connects': seconds(connected.seconds),
      'CPU of Pilots': seconds(connected.cpu),
      moved: megabytes(connected.bytes),
      'one VirtualService': seconds(before.seconds),
      'its CPU, all processes': seconds(before.cpu),
      'a Pilot is killed: proxies that move': count(moved.reconnects),
      'all are served after': seconds((movedAt - killedAt) / 1_000),
      'sent to each': kilobytes(moved.bytes / Math.max(1, moved.reconnects)),
      'CPU of the others': seconds(cpu),
      'then one new service': seconds(after.seconds),
    };
  } finally {
    fleet.stop();
    for (const sibling of siblings) await sibling.process.stop();
  }
}

/** Pilots that share a fleet with nothing between them but the bus, and what it costs to lose one. */
export const replicas: Run = {
  name: 'replicas',
  about: 'Two and three Pilots share a fleet; one is killed.',
  size: { rounds: 3 },
  async measure(size, home) {
    const shape = { endpoints: size.endpoints, namespaces: 20 };
    const mesh = await startBenchMesh({ home });
    try {
      await applyMesh(mesh, size.services, shape);
      return [{ title: `Several Pilots, ${size.services} services, ${size.proxies} proxies in ${size.namespaces} namespaces`, rows: [await lose(mesh, 2, size, shape), await lose(mesh, 3, size, shape)] }];
    } finally {
      await mesh.stop();
    }
  },
};
