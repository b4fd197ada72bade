import { createAdminServer, Registry } from '@flotilla/admin';
import { connectBus } from '@flotilla/bus';
import { createIdentity } from '@flotilla/identity';
import { defaultMeshConfig } from '@flotilla/mesh';
import { plaintextServerCredentials, serveGrpc, serverCredentials } from '@flotilla/rpc';
import { loadSettings, readSecret, runApp, startTracing, type App } from '@flotilla/runtime';
import type { XdsServer } from '@flotilla/xds';
import { readFile } from 'node:fs/promises';
import { followMesh } from './mesh-follower.ts';
import { addProxiesApi } from './proxies-api.ts';
import { settingsSchema, type Settings } from './settings.ts';
import { serveTraffic } from './traffic-server.ts';
import { xdsMetrics } from './xds-metrics.ts';

runApp('pilot', async (app) => {
  const settings = loadSettings(settingsSchema, {
    argv: process.argv.slice(2),
    env: process.env,
    name: 'pilot',
    description: 'Turns the configuration of the mesh into what each Envoy runs, over xDS.',
  });
  app.logger.level = settings.logLevel;
  app.onStop('tracing', await startTracing({ service: 'flotilla-pilot', otlpEndpoint: settings.otlpEndpoint }));

  const metrics = new Registry();
  const server = serveTraffic({ app, observer: xdsMetrics(metrics, app.logger), trustDomain: settings.trustDomain, anonymous: settings.insecureXds !== undefined });
  const admin = await createAdminServer({
    name: 'pilot',
    version: '0.1.0',
    description: 'What the proxies of the mesh are given, and what they made of it.',
    logger: app.logger,
    host: settings.adminHost,
    port: settings.adminPort,
    token: settings.adminTokenFile === undefined ? undefined : await readSecret(settings.adminTokenFile, '--admin-token-file'),
    ready: () => (server.traffic === undefined ? ['the mesh has not been read from the bus yet'] : []),
    metrics,
  });
  addProxiesApi(admin.app, server);
  await admin.listen();
  app.onStop('admin API', () => admin.close());

  const bus = await connectBus({
    servers: settings.natsUrl,
    ...(settings.natsPasswordFile === undefined ? {} : { user: 'pilot', password: await readSecret(settings.natsPasswordFile, '--nats-password-file') }),
    name: 'pilot',
    logger: app.logger,
    clock: app.clock,
  });
  app.onStop('bus', () => bus.close());
  const { trustDomain, rootNamespace, defaultLoadBalancer, outboundTrafficPolicy } = settings;
  const mesh = { ...defaultMeshConfig, trustDomain, rootNamespace, defaultLoadBalancer, outboundTrafficPolicy };
  const follower = followMesh(bus, mesh, { cacheDir: settings.dataDir, logger: app.logger, onSynced: server.begin, onStep: server.advance });
  app.onStop('mesh', () => follower.stop());

  if (settings.insecureXds !== undefined) await listen(app, server.xds, settings.insecureXds, plaintextServerCredentials());
  if (settings.identityTokenFile !== undefined) await listen(app, server.xds, `${settings.host}:${settings.port}`, await meshCredentials(app, settings, settings.identityTokenFile));
});

/** mTLS with Pilot's own certificate; waits for Citadel. */
async function meshCredentials(app: App, settings: Settings, tokenFile: string): Promise<ReturnType<typeof serverCredentials>> {
  const identity = await createIdentity({
    citadelAddress: settings.citadelAddress,
    citadelRootPem: () => readFile(settings.citadelRootFile, 'utf8'),
    token: () => readSecret(tokenFile, '--identity-token-file'),
    spiffeId: `spiffe://${settings.trustDomain}/ns/flotilla-system/sa/pilot`,
    clock: app.clock,
    logger: app.logger,
    signal: app.signal,
  });
  app.onStop('identity', () => identity.close());
  return serverCredentials(identity, { requireClientCertificate: true });
}

async function listen(app: App, xds: XdsServer, address: string, credentials: ReturnType<typeof serverCredentials>): Promise<void> {
  const grpc = await serveGrpc({ address, credentials, services: [xds.service], logger: app.logger, clock: app.clock });
  app.logger.info({ address: grpc.address }, 'serving xDS');
  app.onStop(`xDS at ${grpc.address}`, () => grpc.stop());
}
