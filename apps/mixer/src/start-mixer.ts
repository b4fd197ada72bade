import { adminAccess, createAdminServer, Registry } from '@flotilla/admin';
import { joinBus } from '@flotilla/bus';
import { FlotillaError } from '@flotilla/errors';
import { createServiceIdentity } from '@flotilla/identity';
import { defaultMeshConfig } from '@flotilla/mesh';
import { serveGrpc, serverCredentials, type CertificateSource } from '@flotilla/rpc';
import { type App } from '@flotilla/runtime';
import { addRoutes } from './admin-routes.ts';
import { viewMesh } from './mesh/mesh-view.ts';
import { authorizationService } from './policy/authorization-service.ts';
import { DenialCounts } from './policy/denial-counts.ts';
import { DenyIndex } from './policy/deny-index.ts';
import type { Settings } from './settings.ts';
import { accessLogService } from './telemetry/access-log-service.ts';
import { ServiceGraph } from './telemetry/service-graph.ts';
import { StandardMetrics } from './telemetry/standard-metrics.ts';

type Host = Pick<App, 'name' | 'logger' | 'clock' | 'signal' | 'onStop'>;

/** Where a started Mixer answers. */
export interface Mixer {
  readonly adminUrl: string;
  /** Resolves with the address of access logs and checks, once the mesh is known and Citadel gave a certificate. */
  readonly serving: Promise<string>;
}

/**
 * Starts Mixer: the admin API at once, and access logs and checks as soon as it knows whom they are about. Stops
 * with `app`.
 */
export async function startMixer(settings: Settings, app: Host): Promise<Mixer> {
  const { logger, clock } = app;
  const { trustDomain, rootNamespace } = settings;
  const registry = new Registry();
  const metrics = new StandardMetrics(registry, settings);
  const graph = new ServiceGraph({ now: () => clock.now(), edgeLimit: settings.seriesLimit });
  const denials = new DenialCounts(registry);
  let index = new DenyIndex([], rootNamespace);
  let serving = false;

  const bus = await joinBus(settings, app);
  const mesh = viewMesh(bus, { ...defaultMeshConfig, trustDomain, rootNamespace }, {
    cacheDir: settings.dataDir,
    clock,
    logger,
    onDenyLists(lists) {
      index = new DenyIndex(lists, rootNamespace);
      denials.keep(lists);
    },
  });
  app.onStop('mesh', () => mesh.stop());

  const admin = await createAdminServer({
    name: 'mixer',
    version: '0.1.0',
    description: 'What the mesh is doing, and what it is not allowed to do.',
    logger,
    ...(await adminAccess(settings)),
    metrics: registry,
    ready: () => [...mesh.unread.map((store) => `the store ${store} has not been read yet`), ...(serving ? [] : ['access logs and checks are not served yet'])],
  });
  addRoutes(admin.app, { denyLists: () => mesh.denyLists, denials, graph });
  const adminUrl = await admin.listen();
  app.onStop('admin API', () => admin.close());

  const serve = async (): Promise<string> => {
    const [credentials] = await Promise.all([ownCertificates(settings, app), mesh.synced]);
    const server = await serveGrpc({
      address: `${settings.host}:${settings.port}`,
      credentials: serverCredentials(credentials, { requireClientCertificate: true }),
      services: [
        accessLogService({ directory: mesh.directory, trustDomain, metrics, graph }),
        authorizationService({ workloadAt: (address) => mesh.directory.workloadAt(address), index: () => index, onChecked: (denial) => denials.count(denial) }),
      ],
      logger,
      clock,
    });
    app.onStop('access logs and checks', () => server.stop());
    serving = true;
    logger.info({ address: server.address, adminUrl }, 'mixer is ready');
    return server.address;
  };
  return { adminUrl, serving: serve() };
}

/** Mixer's own identity; waits for Citadel. */
async function ownCertificates(settings: Settings, app: Host): Promise<CertificateSource> {
  if (settings.identityTokenFile === undefined) {
    throw new FlotillaError('INVALID_SETTINGS', 'mixer needs an identity', { problems: [{ path: '--identity-token-file', message: 'is needed, as this flag or as FLOTILLA_IDENTITY_TOKEN_FILE' }] });
  }
  return createServiceIdentity(settings, settings.identityTokenFile, app);
}
