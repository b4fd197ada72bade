import { startBenchMesh, type BenchMesh } from '../bench-mesh.ts';
import { applyMesh, changesOf } from '../changes.ts';
import { compared } from '../compared.ts';
import { measureFloor } from '../measure-floor.ts';
import { connectFleet, measureChange, newFleet, spread, type Measured } from '../measure.ts';
import { memoryOf } from '../process-usage.ts';
import { megabytes } from '../quantity.ts';
import type { Run, Size } from '../run.ts';
import type { Table } from '../table.ts';

/** The factors by which the mesh, and then the fleet, is made larger. */
const factors = [1, 2, 5];

/** A fleet connects to the mesh as it is, takes one change of each kind in, and goes. */
async function measureFleet(mesh: BenchMesh, { endpoints, namespaces: teams, rounds }: Size, proxies: number, series: number): Promise<{ works: string[]; measured: Measured[]; floor: Measured[] }> {
  const fleet = newFleet();
  const namespaces = spread(proxies, teams);
  try {
    const initial = await connectFleet(fleet, { addresses: [mesh.address], servers: [mesh.pilot], namespaces, record: true }, [mesh.pids.pilot]);
    const { recording } = await fleet.ask({ do: 'recorded' }, 'recorded');
    const changes = changesOf(mesh, { endpoints, namespaces: 20 }, series);
    const measured: Measured[] = [];
    for (const change of changes) measured.push(await measureChange(fleet, Object.values(mesh.pids), rounds, change));
    fleet.stop();
    const floor = await measureFloor({ namespaces, recording, changes: measured, rounds });
    return { works: ['the fleet connects', ...changes.map(({ work }) => work)], measured: [initial, ...measured], floor: [floor.initial, ...floor.changes] };
  } finally {
    fleet.stop();
  }
}

/** What each kind of change takes as the mesh and the fleet grow: it should grow with the change and its receivers alone. */
export const growth: Run = {
  name: 'growth',
  about: 'Services x1, x2, x5 and proxies x1, x2, x5, for each kind of change, beside the floor.',
  size: { rounds: 3 },
  async measure(size, home) {
    const { services: base, proxies: fleet, endpoints } = size;
    const shape = { endpoints, namespaces: 20 };
    const mesh = await startBenchMesh({ home });
    const rows: Table['rows'][number][] = [];
    let applied = 0;
    let series = 0;
    try {
      for (const [services, proxies] of [...factors.map((factor) => [base, fleet * factor] as const), ...factors.slice(1).map((factor) => [base * factor, fleet] as const)]) {
        await applyMesh(mesh, services, shape, applied);
        applied = services;
        series += 1;
        const { works, measured, floor } = await measureFleet(mesh, size, proxies, series);
        const pilot = memoryOf(mesh.pids.pilot);
        for (const [index, work] of works.entries()) rows.push({ services: String(services), proxies: String(proxies), ...compared(work, measured[index], floor[index]), Pilot: megabytes(pilot.now) });
      }
      return [{ title: `Growth, ${size.namespaces} namespaces with proxies`, rows }];
    } finally {
      await mesh.stop();
    }
  },
};
