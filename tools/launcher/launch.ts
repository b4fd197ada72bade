import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { busUsers, natsServerConfig } from '@flotilla/bus';
import { systemClock } from '@flotilla/runtime';
import { banner } from './banner.ts';
import { applyDemoResources, demoResources } from './demo-resources.ts';
import { fileProblems, followFiles } from './file-report.ts';
import type { Home } from './home.ts';
import { addressesOf, MeshFile } from './mesh-file.ts';
import { LocalMesh } from './mesh.ts';
import { agent, bookshopPart, controlPlane, type Place } from './parts.ts';
import { httpProbe } from './readiness.ts';
import { pilotsOf } from './pilots.ts';
import { prepareSecrets, secretIn } from '@flotilla/credentials';
import type { LauncherSettings } from './settings.ts';
import { ingressGateway, spiffeIdOf, type BookshopService, type Workload } from './workloads.ts';

/** What leaves first stops first: traffic, then those who serve it, then those they depend on. */
const stopOrder = (services: readonly BookshopService[], settings: LauncherSettings) => [['agent'], services.map(({ workload }) => workload.name), ['mixer', ...pilotsOf(settings).map(({ name }) => name)], ['galley'], ['citadel'], ['nats']];

export interface Launch {
  readonly settings: LauncherSettings;
  readonly home: Home;
  readonly services: readonly BookshopService[];
  readonly workspace: string;
  readonly tools: Place['tools'];
  readonly say: (line: string) => void;
}

/** A mesh that is coming up or is up. */
export interface LaunchedMesh {
  /** Resolves with the text to greet the user with; rejects when the start failed or was ended. */
  readonly ready: Promise<string>;
  stop(): Promise<void>;
  kill(): void;
}

function identitiesOf(workloads: readonly Workload[]): Record<string, string[]> {
  const ofService = (name: string): string[] => [spiffeIdOf({ namespace: 'flotilla-system', serviceAccount: name })];
  const services = ['galley', 'pilot', 'mixer'].map((name): [string, string[]] => [name, ofService(name)]);
  return { ...Object.fromEntries(services), agent: [...new Set(workloads.map(spiffeIdOf))] };
}

/** Brings up the mesh that the settings describe. Its ports are free and its tools are there. */
export async function launch({ settings, home, services, workspace, tools, say }: Launch): Promise<LaunchedMesh> {
  const begun = performance.now();
  const withBookshop = settings.only.includes('bookshop');
  const workloads = withBookshop ? [ingressGateway(settings.addresses), ...services.map(({ workload }) => workload)] : [];
  const secrets = await prepareSecrets(home.run, identitiesOf(workloads), systemClock.now());
  const passwords = Object.fromEntries(busUsers.map((user) => [user, secretIn(secrets.busPassword(user))]));
  writeFileSync(join(home.run, 'nats.conf'), natsServerConfig({ port: settings.natsPort, storeDir: join(home.data, 'nats'), passwords }), { mode: 0o600 });
  const workloadsFile = join(home.run, 'workloads.json');
  writeFileSync(workloadsFile, `${JSON.stringify(workloads, null, 2)}\n`, { mode: 0o600 });

  const { urls, ports } = addressesOf(settings);
  const file = new MeshFile(home, { urls, ports, tokenFile: secrets.adminToken, agentTokenFile: secrets.identityToken('agent'), launcher: process.pid, pids: {}, workloads });
  const mesh = new LocalMesh({ home, file, clock: systemClock, say });
  const place: Place = { settings, home, secrets, workspace, tools };

  let unfollow: () => void = () => undefined;
  const start = async (): Promise<string> => {
    await file.write();
    const started = new Map(controlPlane(place).map((part) => [part.name, mesh.start(part)]));
    if (withBookshop) {
      for (const service of services) started.set(service.workload.name, mesh.start(bookshopPart(place, service)));
      started.set('agent', mesh.start(agent(place, workloadsFile)));
      started.set('demo resources', (started.get('galley') ?? Promise.resolve()).then(() => applyDemoResources(demoResources(join(workspace, 'examples/bookshop/mesh'), settings.gatewayPort), urls['galley'] ?? '', secretIn(secrets.adminToken))));
      // The page itself answers also while what it shows is away.
      for (const path of ['/productpage', '/api/v1/products/0', '/api/v1/products/0/reviews', '/api/v1/products/0/ratings']) {
        started.set(path, mesh.answers(`the ingress gateway, ${path}`, httpProbe(`http://127.0.0.1:${settings.gatewayPort}${path}`)));
      }
    }
    await mesh.settle(Promise.all(started.values()));
    if (settings.config !== undefined) unfollow = followFiles(() => fileProblems(urls['galley'] ?? '', secretIn(secrets.adminToken)), { clock: systemClock, say });
    return banner(settings, { tookMs: performance.now() - begun, logs: home.logs, tokenFile: secrets.adminToken });
  };
  const stop = (): Promise<void> => {
    unfollow();
    return mesh.stop(stopOrder(services, settings));
  };
  return { ready: start(), stop, kill: () => mesh.kill() };
}
