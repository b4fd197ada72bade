import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { adminAccess, createAdminServer, Registry } from '@flotilla/admin';
import { FlotillaError, messageOf } from '@flotilla/errors';
import { serviceSpiffeId } from '@flotilla/pki';
import { readSecret, type App, type Logger } from '@flotilla/runtime';
import { addRoutes } from './admin-routes.ts';
import { findProgram } from './find-program.ts';
import { Fleet } from './fleet.ts';
import { addMetrics } from './metrics.ts';
import { ownWorkload, reachableAddresses, readLabels } from './own-workload.ts';
import { openRunFolders } from './run-folders.ts';
import { askEnvoy } from './envoy-admin.ts';
import { makeAppProbe, readAppProbes } from './probes/app-probes.ts';
import type { Settings } from './settings.ts';
import { serveStatus } from './status-server.ts';
import { loadWorkloads, watchWorkloads } from './watch-workloads.ts';
import { workloadKey, type Workload } from './workload.ts';

/** The program itself is given ten seconds to stop; what an Envoy is at must be done before. */
const longestDrainAtStopSeconds = 6;

/** Where a started agent answers. */
export interface Agent {
  readonly adminUrl: string;
  readonly fleet: Fleet;
}

/** Starts the agent and the Envoys of its workloads; stops them with `app`. */
export async function startAgent(settings: Settings, app: Pick<App, 'logger' | 'clock' | 'onStop'>): Promise<Agent> {
  const { logger, clock } = app;
  const { workloads: file } = settings;
  const access = await adminAccess(settings);
  const envoyProgram = findProgram(settings.envoy, process.env['PATH'] ?? '');
  const own = ownWorkload(settings, { addresses: reachableAddresses(), labels: await readLabels(settings) });
  const withOwn = (others: readonly Workload[]): readonly Workload[] => (own === undefined ? others : [own, ...others]);
  const named = withOwn(file === undefined ? [] : await loadWorkloads(file));
  const logFolder = settings.logDir === '-' ? undefined : resolve(settings.logDir);
  if (logFolder !== undefined) await mkdir(logFolder, { recursive: true });

  const fleet = new Fleet({
    settings,
    folders: await openRunFolders(settings.runDir),
    logFolder,
    envoyProgram,
    citadelRoot: () => readSecret(settings.citadelRootFile, '--citadel-root-file'),
    identityToken: () => readSecret(settings.identityTokenFile, '--identity-token-file'),
    galleySpiffeId: serviceSpiffeId(settings.trustDomain, 'galley'),
    pilotSpiffeId: serviceSpiffeId(settings.trustDomain, 'pilot'),
    clock,
    logger,
    random: Math.random,
  });

  let fileFailure: string | undefined;
  const registry = new Registry();
  addMetrics(registry, fleet);
  const admin = await createAdminServer({
    name: 'agent',
    version: '0.1.0',
    description: 'Runs Envoys beside workloads: bootstraps them, gets their certificates, registers and drains them.',
    logger,
    ...access,
    metrics: registry,
    ready: () => [...(fileFailure === undefined ? [] : [`the file of workloads was not taken: ${fileFailure}`]), ...fleet.notReady()],
  });
  addRoutes(admin.app, fleet);
  const adminUrl = await admin.listen();
  app.onStop('admin API', () => admin.close());

  app.onStop('workloads', () => fleet.stop(longestDrainAtStopSeconds));
  await fleet.start(named);
  if (own !== undefined) app.onStop('status', await showStatus(own, settings, fleet, logger));
  if (file !== undefined) {
    const unwatch = await watchWorkloads(file, {
      logger,
      onChange: (workloads) => {
        fleet.replaceFile(withOwn(workloads));
        fileFailure = undefined;
      },
      onFailure: (failure) => {
        fileFailure = failure instanceof FlotillaError ? failure.describe() : messageOf(failure);
      },
    });
    app.onStop('watch of the workloads', unwatch);
  }
  logger.info({ adminUrl, workloads: named.length, envoy: envoyProgram }, 'agent is at work');
  return { adminUrl, fleet };
}

/** Shows how the proxy of `own` is, where it can be asked for without a token; gives what ends that. */
async function showStatus(own: Workload, { statusPort, appMetrics, appProbes }: Settings, fleet: Fleet, logger: Logger): Promise<() => Promise<void>> {
  const metrics = new Registry();
  addMetrics(metrics, fleet);
  const status = await serveStatus(statusPort, {
    notReady: () => fleet.notReady(),
    envoyMetrics: async () => (await askEnvoy(fleet.get(workloadKey(own)).attachment.adminSocket, '/stats/prometheus?usedonly')).body.toString(),
    metrics,
    appMetrics,
    appProbes: readAppProbes(appProbes),
    probe: (probe) => makeAppProbe(probe, own),
    logger,
  });
  return () => status.close();
}
