import { adminAccess, createAdminServer, Registry } from '@flotilla/admin';
import { joinBus } from '@flotilla/bus';
import { createServiceIdentity } from '@flotilla/identity';
import { defaultMeshConfig } from '@flotilla/mesh';
import { plaintextServerCredentials, serveGrpc, serverCredentials, type GrpcServerCredentials, type ServedService } from '@flotilla/rpc';
import { type App } from '@flotilla/runtime';
import { addDiffApi } from './diff-api.ts';
import { addEnvoyFiltersApi } from './envoy-filters-api.ts';
import { addExplainApi } from './explain-api.ts';
import { lookUpAt } from './gateway-names.ts';
import { followMesh } from './mesh-follower.ts';
import { reportPropagation } from './propagation/report-propagation.ts';
import { addProxiesApi } from './proxies-api.ts';
import type { Settings } from './settings.ts';
import { meshNotRead, serveTraffic } from './traffic-server.ts';
import { xdsMetrics } from './xds-metrics.ts';

/** Reads the mesh from the bus, and serves it to proxies over xDS. */
export async function startPilot(settings: Settings, app: App): Promise<void> {
  const metrics = new Registry();
  const server = serveTraffic({ app, observer: xdsMetrics(metrics), trustDomain: settings.trustDomain, anonymous: settings.insecureXds !== undefined });
  const admin = await createAdminServer({
    name: 'pilot',
    version: '0.1.0',
    description: 'What the proxies of the mesh are given, and what they made of it.',
    logger: app.logger,
    ...(await adminAccess(settings)),
    ready: () => (server.traffic === undefined ? [meshNotRead] : []),
    metrics,
  });
  addProxiesApi(admin.app, server);
  addExplainApi(admin.app, server, app.clock);
  addDiffApi(admin.app, server, app.clock);
  addEnvoyFiltersApi(admin.app, server);
  await admin.listen();
  app.onStop('admin API', () => admin.close());

  const bus = await joinBus(settings, app);
  const { trustDomain, rootNamespace, defaultLoadBalancer, outboundTrafficPolicy, quicListeners } = settings;
  const mesh = { ...defaultMeshConfig, trustDomain, rootNamespace, defaultLoadBalancer, outboundTrafficPolicy, quicListeners };
  const follower = followMesh(bus, mesh, { cacheDir: settings.dataDir, clock: app.clock, logger: app.logger, lookUp: lookUpAt(settings.dnsResolver), onSynced: server.begin, onStep: server.advance });
  app.onStop('mesh', () => follower.stop());
  reportPropagation(bus, server, app);

  if (settings.insecureXds !== undefined) await listen(app, [server.xds.service], settings.insecureXds, plaintextServerCredentials());
  if (settings.identityTokenFile !== undefined) {
    const identity = await createServiceIdentity(settings, settings.identityTokenFile, app);
    await listen(app, [server.xds.service, server.proxyConfigs], `${settings.host}:${settings.port}`, serverCredentials(identity, { requireClientCertificate: true }));
  }
}

async function listen(app: App, services: ServedService[], address: string, credentials: GrpcServerCredentials): Promise<void> {
  const grpc = await serveGrpc({ address, credentials, services, logger: app.logger, clock: app.clock });
  app.logger.info({ address: grpc.address }, 'serving xDS');
  app.onStop(`xDS at ${grpc.address}`, () => grpc.stop());
}
