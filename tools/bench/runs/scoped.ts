import { setTimeout as sleep } from 'node:timers/promises';
import { sidecarYaml } from '@flotilla/testing';
import { startBenchMesh } from '../bench-mesh.ts';
import { applyMesh, changesOf, changingTeam } from '../changes.ts';
import { compared } from '../compared.ts';
import { measureFloor } from '../measure-floor.ts';
import { connectFleet, measureChange, newFleet, type Measured } from '../measure.ts';
import { memoryOf } from '../process-usage.ts';
import { kilobytes, megabytes } from '../quantity.ts';
import type { Run, Size } from '../run.ts';
import type { Table } from '../table.ts';

/** Services of each namespace, which is what a Sidecar lets the namespace's proxies see. */
const servicesOfTeam = 50;

/** Within this time of rest, in milliseconds, Pilot gives back what connecting a fleet has left. */
const restMs = 45_000;

interface Fleet {
  readonly title: string;
  readonly services: number;
  /** Proxies that a Sidecar limits to their own namespace. */
  readonly limited: number;
  /** Proxies that see the whole mesh, in the namespaces after those. */
  readonly open: number;
}

/** The namespaces of the proxies: the limited ones over all but the last `openTeams` namespaces, the others over those. */
function places({ services, limited, open }: Fleet, openTeams: number): { readonly limitedTeams: string[]; readonly proxies: string[] } {
  const teams = Array.from({ length: services / servicesOfTeam }, (_, index) => `team-${index}`);
  const limitedTeams = open === 0 ? teams : teams.slice(0, -openTeams);
  const openOnes = teams.slice(-openTeams);
  const inTurns = (count: number, names: readonly string[]): string[] => Array.from({ length: count }, (_, index) => names[index % names.length] ?? '');
  return { limitedTeams, proxies: [...inTurns(limited, limitedTeams), ...inTurns(open, openOnes)] };
}

async function measureFleet(fleetShape: Fleet, { endpoints, namespaces, rounds }: Size, home: string): Promise<Table[]> {
  const { services } = fleetShape;
  const { limitedTeams, proxies } = places(fleetShape, namespaces);
  const shape = { endpoints, namespaces: services / servicesOfTeam };
  const mesh = await startBenchMesh({ home });
  const fleet = newFleet();
  try {
    await applyMesh(mesh, services, shape);
    await mesh.apply(limitedTeams.map(sidecarYaml).join('---\n'));
    await mesh.read();
    const { pilot } = mesh.pids;
    const idle = memoryOf(pilot).now;
    const initial = await connectFleet(fleet, { addresses: [mesh.address], servers: [mesh.pilot], namespaces: proxies, record: true }, [pilot]);
    const configured = memoryOf(pilot).now;
    await sleep(restMs);
    const rested = memoryOf(pilot).now;
    const { recording } = await fleet.ask({ do: 'recorded' }, 'recorded');
    // What changes is in one namespace: its proxies and those that see everything are sent it.
    const receivers = proxies.flatMap((team, index) => (team !== changingTeam(shape) && limitedTeams.includes(team) ? [] : [index]));
    const changes = changesOf(mesh, shape);
    const measured: Measured[] = [];
    for (const change of changes) measured.push(await measureChange(fleet, Object.values(mesh.pids), rounds, change, receivers));
    fleet.stop();
    const floor = await measureFloor({ namespaces: proxies, recording, changes: measured, rounds, receivers: receivers.length });
    return [
      { title: fleetShape.title, rows: [compared('the fleet connects and is configured', initial, floor.initial), ...changes.map(({ work }, index) => compared(`${work}, ${receivers.length} receivers`, measured[index], floor.changes[index]))] },
      { title: `${fleetShape.title}: memory of Pilot`, rows: [{ 'no proxy': megabytes(idle), configured: megabytes(configured), 'at rest': megabytes(rested), 'at its peak': megabytes(memoryOf(pilot).peak), 'each proxy, at rest': kilobytes((rested - idle) / proxies.length) }] },
    ];
  } finally {
    fleet.stop();
    await mesh.stop();
  }
}

/** Many proxies on one Pilot, of which most see a small part of the mesh. */
export const scoped: Run = {
  name: 'scoped',
  about: 'Fleets of 1,000 and 2,000 proxies that Sidecar resources limit to 50 services each.',
  size: { services: 5_000, proxies: 1_000, rounds: 3 },
  async measure(size, home) {
    const { services, proxies } = size;
    const open = proxies / 10;
    const mixed = { title: `${services} services; ${proxies - open} proxies see ${servicesOfTeam} of them, ${open} see all`, services, limited: proxies - open, open };
    const wide = { title: `${services / 5} services, ${proxies * 2} proxies that see ${servicesOfTeam} of them (Istio's load test: 1,000 and 2,000)`, services: services / 5, limited: proxies * 2, open: 0 };
    return [...(await measureFleet(mixed, size, `${home}/mixed`)), ...(await measureFleet(wide, size, `${home}/wide`))];
  },
};
