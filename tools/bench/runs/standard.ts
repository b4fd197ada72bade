import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startBenchMesh } from '../bench-mesh.ts';
import { applyMesh, changesOf, routeTypes } from '../changes.ts';
import { compared } from '../compared.ts';
import { measureFloor } from '../measure-floor.ts';
import { connectFleet, measureChange, newFleet, spread, type Change, type Measured } from '../measure.ts';
import { destinationRule, serviceEntry, serviceName, virtualService, type MeshShape } from '@flotilla/testing';
import { memoryOf } from '../process-usage.ts';
import { megabytes } from '../quantity.ts';
import type { Run } from '../run.ts';

/** A VirtualService in a file of the watched folder, whose route is renamed as editors do: a reader sees the old file or the new one. */
function savedFile(folder: string, shape: MeshShape): Change {
  const service = serviceName(0, shape, 'saved');
  const save = (routeName: string): void => {
    const file = join(folder, 'saved.yaml');
    writeFileSync(`${file}.tmp`, [serviceEntry(service, shape), destinationRule(service), virtualService(service, { routeName })].join('---\n'));
    renameSync(`${file}.tmp`, file);
  };
  mkdirSync(folder);
  save('first');
  const name = (round: number): string => `saved-${round}.`;
  return { work: 'a file with one VirtualService is saved', types: routeTypes, mark: (round) => Buffer.from(name(round)), text: name, make: (round) => save(name(round)) };
}

/** A fleet connects, and every kind of change is made; the same bytes by the floor. */
export const standard: Run = {
  name: 'standard',
  about: 'A fleet connects, and every kind of change is made, beside the floor. The default.',
  size: {},
  async measure({ services, endpoints, proxies, namespaces: teams, rounds }, folder) {
    const shape = { endpoints, namespaces: 20 };
    const config = join(folder, 'mesh');
    const saved = savedFile(config, shape);
    const mesh = await startBenchMesh({ home: join(folder, 'home'), config });
    const fleet = newFleet();
    const namespaces = spread(proxies, teams);
    try {
      await applyMesh(mesh, services, shape);
      const { pilot, galley } = mesh.pids;
      const idle = memoryOf(pilot).now;
      const initial = await connectFleet(fleet, { addresses: [mesh.address], servers: [mesh.pilot], namespaces, record: true }, [pilot]);
      const configured = memoryOf(pilot).now;
      const { recording } = await fleet.ask({ do: 'recorded' }, 'recorded');
      const changes = [...changesOf(mesh, shape), saved];
      const measured: Measured[] = [];
      for (const change of changes) measured.push(await measureChange(fleet, Object.values(mesh.pids), rounds, change));
      const memory = { 'Pilot, no proxy': idle, 'Pilot, configured': configured, 'Pilot, at its peak': memoryOf(pilot).peak, 'Galley, at its peak': memoryOf(galley).peak };
      fleet.stop();
      const floor = await measureFloor({ namespaces, recording, changes: measured, rounds });
      const rows = [compared('the fleet connects and is configured', initial, floor.initial), ...changes.map(({ work }, index) => compared(work, measured[index], floor.changes[index]))];
      return [
        { title: `${services} services of ${endpoints} endpoints, ${proxies} proxies in ${teams} namespaces`, rows },
        { title: 'Resident memory', rows: [Object.fromEntries(Object.entries(memory).map(([of, bytes]) => [of, megabytes(bytes)]))] },
      ];
    } finally {
      fleet.stop();
      await mesh.stop();
    }
  },
};
