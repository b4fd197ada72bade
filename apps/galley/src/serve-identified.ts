import { createServiceIdentity } from '@flotilla/identity';
import { serveGrpc, serverCredentials } from '@flotilla/rpc';
import type { App } from '@flotilla/runtime';
import type { Registrations } from './registry/registrations.ts';
import type { Settings } from './settings.ts';
import { createWebhooks } from './webhooks/create-webhooks.ts';
import { readInjection } from './webhooks/injection-folder.ts';

export interface Identified {
  /** A file with the token that Galley proves itself to Citadel by. */
  readonly tokenFile: string;
  readonly version: string;
  readonly registrations: Registrations;
}

/** Opens what needs Galley's certificate, as soon as Citadel has given it; everything else does not wait for that. */
export function serveIdentified(settings: Settings, { tokenFile, version, registrations }: Identified, app: Pick<App, 'name' | 'logger' | 'clock' | 'signal' | 'onStop' | 'stop'>): void {
  const { logger, clock, signal } = app;
  const { host, webhookPort, injectionDir: folder, proxyImage } = settings;
  const open = async (): Promise<void> => {
    const identity = await createServiceIdentity(settings, tokenFile, app);
    const server = await serveGrpc({
      address: `${host}:${settings.port}`,
      credentials: serverCredentials(identity, { requireClientCertificate: true }),
      services: [registrations.served()],
      logger,
      clock,
    });
    app.onStop('workload registry', () => server.stop());
    logger.info({ address: server.address }, 'workloads can be registered');
    if (webhookPort === undefined) return;
    const webhooks = await createWebhooks({ host, port: webhookPort, version, certificates: identity, injection: (revision) => readInjection(revision, { folder, proxyImage }), logger });
    app.onStop('webhooks', () => webhooks.close());
    logger.info({ address: await webhooks.listen() }, 'a cluster can ask for admission');
  };
  open().catch((error: unknown) => {
    if (!signal.aborted) app.stop('what needs a certificate cannot be opened', error);
  });
}
