import { FlotillaError } from '@flotilla/errors';
import { parseSpiffeId } from '@flotilla/pki';
import { serveGrpc, serverCredentials, type CertificateSource } from '@flotilla/rpc';
import type { App } from '@flotilla/runtime';
import { secretService } from '@flotilla/sds';
import type { Home } from '../home.ts';
import { CredentialStore } from './credential-store.ts';

export interface CredentialOptions {
  /** `host:port` to listen on. */
  readonly address: string;
  readonly follow: Home['followCredentials'];
  readonly trustDomain: string;
  readonly own: CertificateSource;
  readonly app: Pick<App, 'logger' | 'clock' | 'onStop'>;
}

/**
 * Serves credentials to Envoys by SDS over mTLS: to each those of the namespace that its certificate
 * proves, and no others.
 *
 * @returns where it listens
 */
export async function serveCredentials({ address, follow, trustDomain, own, app }: CredentialOptions): Promise<string> {
  const { logger, clock } = app;
  const store = new CredentialStore();
  app.onStop('watch of the credentials', await follow((credentials) => store.replace(credentials)));
  const server = await serveGrpc({
    address,
    credentials: serverCredentials(own, { requireClientCertificate: true }),
    services: [secretService(({ peerSpiffeId }) => store.of(namespaceOf(peerSpiffeId, trustDomain)), logger)],
    logger,
    clock,
  });
  app.onStop('credentials', () => server.stop());
  return server.address;
}

function namespaceOf(peerSpiffeId: string | undefined, trustDomain: string): string {
  const peer = peerSpiffeId === undefined ? undefined : parseSpiffeId(peerSpiffeId);
  if (peer === undefined || peer.trustDomain !== trustDomain) throw new FlotillaError('FORBIDDEN', `credentials are for workloads of ${trustDomain}, not for ${peerSpiffeId ?? 'anybody'}`);
  return peer.namespace;
}
