import { randomBytes } from 'node:crypto';
import { createAdminServer, Registry } from '@flotilla/admin';
import { connectKubernetes } from '@flotilla/kubernetes-api';
import { serveGrpc, serverCredentials } from '@flotilla/rpc';
import { type App } from '@flotilla/runtime';
import { addRoutes } from './admin-routes.ts';
import { certificateService } from './certificate-service.ts';
import { serveCredentials } from './credentials/serve-credentials.ts';
import { IssueLog } from './issue-log.ts';
import { IssueQueue } from './issue-queue.ts';
import { clusterHome } from './kubernetes/cluster-home.ts';
import { localHome } from './local-home.ts';
import { addGauges, createMetrics, observeWait } from './metrics.ts';
import { createOwnCertificate } from './own-certificate.ts';
import { lifetimesOf, type Settings } from './settings.ts';
import { createSigner } from './signer.ts';

/** Where a started Citadel answers. */
export interface Citadel {
  readonly adminUrl: string;
  readonly address: string;
  readonly credentialsAddress: string;
  readonly rootPem: string;
}

/** Starts Citadel: root, certificate service, credentials and admin API; stops them with `app`. */
export async function startCitadel(settings: Settings, app: Pick<App, 'logger' | 'clock' | 'signal' | 'onStop'>): Promise<Citadel> {
  const { logger, clock } = app;
  const { trustDomain } = settings;
  const lifetimes = lifetimesOf(settings);
  const cluster = await connectKubernetes(settings);
  app.onStop('cluster', () => cluster?.close());
  const home = cluster === undefined ? await localHome(settings, app) : await clusterHome(cluster, settings, app);
  const { authority } = home;

  const registry = new Registry();
  const metrics = createMetrics(registry);
  const issues = new IssueLog();
  const queue = new IssueQueue({ concurrency: settings.concurrency, limit: settings.queueLimit, now: () => clock.now(), onWaited: observeWait(metrics) });
  addGauges(registry, { queue, rootNotAfterMs: authority.certificate.notAfter.getTime() });
  const rootExpired = (): boolean => authority.certificate.notAfter.getTime() <= clock.now();

  const admin = await createAdminServer({
    name: 'citadel',
    version: '0.1.0',
    description: "The mesh's certificate authority.",
    logger,
    host: settings.adminHost,
    port: settings.adminPort,
    token: home.adminToken,
    metrics: registry,
    ready: () => (rootExpired() ? ['the root certificate has expired'] : []),
  });
  addRoutes(admin.app, { rootPem: authority.certificatePem, issues });
  const adminUrl = await admin.listen();
  app.onStop('admin API', () => admin.close());

  const own = await createOwnCertificate({
    authority,
    lifetimeMs: lifetimes.certificateMs,
    dnsNames: ['localhost', ...settings.serverNames],
    ipAddresses: ['127.0.0.1', '::1'],
    clock,
    logger,
    randomBytes,
    random: Math.random,
    signal: app.signal,
  });
  const sign = createSigner({ authority, verify: home.verify, maxLifetimeMs: lifetimes.certificateMs, queue, issues, clock, logger, randomBytes });
  const server = await serveGrpc({
    address: `${settings.host}:${settings.port}`,
    credentials: serverCredentials(own, { requireClientCertificate: false }),
    services: [certificateService({ sign, metrics, logger })],
    logger,
    clock,
  });
  app.onStop('certificate service', () => server.stop());
  const credentialsAddress = await serveCredentials({ address: `${settings.host}:${settings.credentialsPort}`, follow: home.followCredentials, trustDomain, own, app });
  logger.info({ address: server.address, credentialsAddress, adminUrl, trustDomain, certificateLifetime: settings.certificateLifetime }, 'citadel is ready');
  return { adminUrl, address: server.address, credentialsAddress, rootPem: authority.certificatePem };
}
