import { randomUUID } from 'node:crypto';
import { adminAccess, createAdminServer, Registry } from '@flotilla/admin';
import { joinBus } from '@flotilla/bus';
import { FlotillaError } from '@flotilla/errors';
import { connectKubernetes } from '@flotilla/kubernetes-api';
import { defaultMeshConfig } from '@flotilla/mesh';
import { meshConfigName, resourceKey } from '@flotilla/resources';
import { type App } from '@flotilla/runtime';
import { MeshAnalysis } from './analysis/mesh-analysis.ts';
import { surroundingsOf } from './analysis/surroundings.ts';
import { DirectorySource } from './directory/directory-source.ts';
import { reasonsByResource, type FileProblem } from './directory/file-problem.ts';
import { openFolder } from './directory/folder.ts';
import { KubernetesSource } from './kubernetes/kubernetes-source.ts';
import { writeStatuses } from './kubernetes/write-statuses.ts';
import { createMetrics } from './metrics.ts';
import { Registrations } from './registry/registrations.ts';
import { addRoutes } from './rest/routes.ts';
import { serveIdentified } from './serve-identified.ts';
import type { Settings } from './settings.ts';
import { MeshState } from './state/mesh-state.ts';
import { Statuses } from './status/statuses.ts';
import { followStores } from './store.ts';
import type { Source } from './write/source.ts';
import { Writer } from './write/writer.ts';

const version = '0.1.0';

type Part = Pick<App, 'name' | 'logger' | 'clock' | 'signal' | 'onStop' | 'stop'>;

/** Where a started Galley answers. */
export interface Galley {
  readonly adminUrl: string;
}

/** Starts Galley: store, API, watched folder and workload registry; stops them with `app`. */
export async function startGalley(settings: Settings, app: Part): Promise<Galley> {
  const { logger, clock } = app;
  const folder = settings.configDir === undefined ? undefined : openFolder(settings.configDir, clock);
  if (folder !== undefined && !(await folder.exists())) {
    throw new FlotillaError('INVALID_SETTINGS', 'The folder to take resources from is not there', {
      problems: [{ path: '--config-dir', message: 'must be a folder', found: settings.configDir }],
    });
  }
  const access = await adminAccess(settings);
  const cluster = await connectKubernetes(settings);
  const bus = await joinBus(settings, app);

  const state = new MeshState();
  const registry = new Registry();
  const onWrite = createMetrics(registry, {
    count: (kind) => state.count(kind),
    connected: () => bus.connected,
    leases: () => registrations.leases,
    problems: () => problems().length,
  });
  const writer = new Writer({ bus, state, clock, logger, onWrite, newUid: randomUUID, inForce: sourcesInForce(settings), trustDomain: settings.trustDomain });
  const registrations = new Registrations({
    state,
    writer,
    clock,
    logger,
    trustDomain: settings.trustDomain,
    leaseSeconds: settings.leaseSeconds,
    connected: () => bus.connected,
  });
  const directory = folder === undefined ? undefined : new DirectorySource({ folder, write: (intent) => writer.write(intent), clock, logger, onProblems: () => statuses.observeProblems() });
  const { ingressNamespace } = settings;
  const kubernetes = cluster === undefined ? undefined : new KubernetesSource({ api: cluster, write: (intent) => writer.write(intent), clock, logger, onProblems: () => statuses.observeProblems(), onObjects: (kind) => analysis.observeObjects(kind), domainSuffix: defaultMeshConfig.domainSuffix, ingressNamespace });
  const problems = (): FileProblem[] => [...(directory?.problems() ?? []), ...(kubernetes?.problems() ?? [])];
  const surroundings = () => surroundingsOf(kubernetes);
  const analysis = new MeshAnalysis({ clock, logger, trustDomain: settings.trustDomain, surroundings });
  const statuses = new Statuses({
    state,
    clock,
    analysis,
    problems: () => reasonsByResource(problems()),
    kept: (key) => kubernetes?.statusOf(key),
    askAll: () => bus.topic('propagation-wanted').tell({}),
    connected: () => bus.connected,
  });

  const unready = (): string[] => [
    ...state.unread().map((bucket) => `the store ${bucket} has not been read yet`),
    // Without NATS there is still all that is known to be asked for.
    ...(bus.connected && !writer.storesReady ? ['the stores are not prepared for writing yet'] : []),
    ...(directory?.complete === false ? ['the files of the watched folder have not been taken in yet'] : []),
    ...(kubernetes?.complete === false ? [`the cluster has not been taken in yet${kubernetes.unsettled.length === 0 ? '' : `: ${kubernetes.unsettled.join(', ')} cannot be listed`}`] : []),
  ];
  const admin = await createAdminServer({
    name: 'galley',
    version,
    description: 'The configuration of the mesh: takes resources, checks them, and gives them to the rest of the control plane.',
    logger,
    ...access,
    ready: unready,
    metrics: registry,
    bodyLimit: 64 * 1024 * 1024,
  });
  addRoutes(admin, { state, writer, analysis, surroundings, statuses, clock, version, problems });
  const adminUrl = await admin.listen();
  app.onStop('admin API', () => admin.close());

  const configureCluster = (): void => {
    const config = state.get(meshConfigKey);
    kubernetes?.configure(config?.kind === 'MeshConfig' ? config.spec : {});
  };
  const forgetReports = bus.topic('propagation').listen((report) => statuses.take(report));
  app.onStop('statuses', () => {
    forgetReports();
    statuses.stop();
  });
  followStores({
    bus,
    state,
    writer,
    dataDir: settings.dataDir,
    replicas: settings.natsReplicas,
    app,
    onSynced() {
      registrations.start();
      analysis.start();
      if (directory !== undefined) directory.start().catch((error: unknown) => app.stop('the folder cannot be watched', error));
      configureCluster();
      kubernetes?.start();
    },
    onChange(bucket, change) {
      if (bucket === 'endpoints') registrations.observe(change);
      analysis.observe(bucket, change);
      if (change.removals.includes(meshConfigKey) || change.upserts.some((resource) => resource.kind === 'MeshConfig')) configureCluster();
      statuses.observe(change);
    },
    onReturn() {
      registrations.grace();
      statuses.grace();
      if (directory?.complete === true) directory.reconcile();
      if (kubernetes?.complete === true) kubernetes.reconcile();
    },
  });
  if (cluster !== undefined && kubernetes !== undefined) writeStatuses({ api: cluster, source: kubernetes, state, statuses }, app);
  app.onStop('analysis', () => analysis.stop());
  app.onStop('registrations', () => registrations.stop());
  if (directory !== undefined) app.onStop('watched folder', () => directory.stop());
  app.onStop('cluster', async () => {
    await kubernetes?.stop();
    cluster?.close();
  });
  if (settings.identityTokenFile !== undefined) serveIdentified(settings, { tokenFile: settings.identityTokenFile, version, registrations }, app);
  return { adminUrl };
}

const meshConfigKey = resourceKey({ kind: 'MeshConfig', metadata: meshConfigName });

function sourcesInForce({ configDir, kubernetes }: Settings): Set<Source['kind']> {
  return new Set([...(configDir === undefined ? [] : (['file'] as const)), ...(kubernetes ? (['kubernetes'] as const) : [])]);
}
