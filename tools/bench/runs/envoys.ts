import { join } from 'node:path';
import { adsTypes, eventually, freePorts } from '@flotilla/testing';
import { applyMesh, changesOf, routeTypes } from '../changes.ts';
import { controlPlaneOf } from '../control-plane.ts';
import { launchMesh } from '../local-mesh.ts';
import { connectFleet, newFleet, type Change, type Fleet } from '../measure.ts';
import { count, milliseconds } from '../quantity.ts';
import type { Run } from '../run.ts';
import { startSecondAgent, workloadPath, type SecondAgent } from '../second-agent.ts';
import type { Table } from '../table.ts';

/** Simulated proxies that see what the Envoys see. */
const drivers = 5;
/** What nodes of the agent's Envoys say. */
const metadata = { INTERCEPTION_MODE: 'NONE', HTTP_PROXY_PORT: '15002', FLOTILLA_MIXER_CLUSTER: 'flotilla-mixer' };

/** What Envoy has of the service that changes, as its admin interface shows it. */
const page = ({ types }: Change): string => {
  if (types === routeTypes) return 'resource=dynamic_route_configs';
  const ofService = 'name_regex=.*changing.*';
  return types.includes(adsTypes.cluster) ? `resource=dynamic_active_clusters&${ofService}` : `include_eds&resource=dynamic_endpoint_configs&${ofService}`;
};

/** When an Envoy took in what shows `text`, by `Date.now()`; NaN for endpoints, of which it does not say. Rejects while it has not. */
async function takenAt(agent: SecondAgent, envoy: number, query: string, text: string): Promise<number> {
  const dump = await agent.admin.get(`${workloadPath(envoy)}/config_dump?${query}`);
  if (!dump.includes(text)) throw new Error(`Envoy ${envoy} has not taken ${text} in`);
  const times = [...dump.matchAll(/"last_updated": "([^"]+)"/g)].map(([, at]) => Date.parse(at ?? ''));
  return times.length === 0 ? NaN : Math.max(...times);
}

/** Makes a change, and compares when drivers and Envoys have it. */
async function makeChange(agent: SecondAgent, fleet: Fleet, change: Change, envoys: number, round: number): Promise<{ readonly driver: number; readonly taken: number[] }> {
  await fleet.ask({ do: 'watch', mark: change.mark(round), types: change.types, proxies: undefined }, 'watching');
  const seen = fleet.next('seen');
  const startedAt = Date.now();
  const [{ lastAt }] = await Promise.all([seen, change.make(round)]);
  const taken: number[] = [];
  for (let envoy = 0; envoy < envoys; envoy += 1) {
    taken.push((await eventually(() => takenAt(agent, envoy, page(change), change.text(round)), { timeoutMs: 60_000 })) - startedAt);
  }
  return { driver: lastAt - startedAt, taken };
}

/** Clusters that an Envoy runs in another version than the driver was sent, or does not run, or runs beside them. */
async function differences(agent: SecondAgent, envoy: number, sent: ReadonlyMap<string, string>): Promise<number> {
  const dump = JSON.parse(await agent.admin.get(`${workloadPath(envoy)}/config_dump?resource=dynamic_active_clusters`)) as { configs: { version_info: string; cluster: { name: string } }[] };
  const runs = new Map(dump.configs.map(({ version_info: version, cluster }) => [cluster.name, version]));
  const own = (name: string): boolean => name.startsWith('inbound|');
  return [...new Set([...sent.keys(), ...runs.keys()])].filter((name) => !own(name) && sent.get(name) !== runs.get(name)).length;
}

/** Real Envoys beside the drivers: both take the same changes. */
export const envoys: Run = {
  name: 'envoys',
  about: 'Real Envoys, started by an agent, take the changes that the simulated proxies take.',
  size: { services: 200, proxies: 50, rounds: 3 },
  async measure({ services, endpoints, proxies, rounds }, folder) {
    const [port = 0] = await freePorts(1);
    const address = `127.0.0.1:${port}`;
    const mesh = await launchMesh(join(folder, 'home'), ['--insecure-xds', address]);
    const fleet = newFleet();
    try {
      const description = await mesh.ready;
      const controlPlane = controlPlaneOf(description);
      const shape = { endpoints, namespaces: 20 };
      await applyMesh(controlPlane, services, shape);
      const agent = await startSecondAgent(description, join(folder, 'agent'));
      try {
        const startedAt = Date.now();
        await agent.run(proxies);
        const live = Date.now() - startedAt;
        await connectFleet(fleet, { addresses: [address], servers: [controlPlane.pilot], namespaces: Array.from({ length: drivers }, () => 'default'), remember: true, metadata }, []);
        const rows: Table['rows'][number][] = [];
        for (const change of changesOf(controlPlane, shape)) {
          for (let round = 1; round <= rounds; round += 1) {
            const { driver, taken } = await makeChange(agent, fleet, change, proxies, round);
            const sorted = taken.sort((a, b) => a - b);
            rows.push({ work: change.work, 'Envoys that took it in': count(taken.length), 'last driver': milliseconds(driver), 'first Envoy': milliseconds(sorted[0] ?? NaN), 'last Envoy': milliseconds(sorted.at(-1) ?? NaN) });
          }
        }
        const { held } = await fleet.ask({ do: 'tell', proxy: 0 }, 'told');
        const sent = held.get(adsTypes.cluster) ?? new Map<string, string>();
        let different = 0;
        for (let envoy = 0; envoy < proxies; envoy += 1) different += await differences(agent, envoy, sent);
        const refusals = (await controlPlane.pilot.metrics()).get('flotilla_xds_refusals_total') ?? 0;
        return [
          { title: `${proxies} Envoys and ${drivers} drivers, ${services} services`, rows },
          { title: 'What Envoys run, and what the drivers were sent', rows: [{ Envoys: count(proxies), 'live after': milliseconds(live), clusters: count(sent.size), 'clusters in another version': count(different), refusals: count(refusals) }] },
        ];
      } finally {
        await agent.stop();
      }
    } finally {
      fleet.stop();
      await mesh.stop();
    }
  },
};
