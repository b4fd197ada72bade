import { serviceSpiffeId } from '@flotilla/pki';
import { readSecret, type App } from '@flotilla/runtime';
import { readFile } from 'node:fs/promises';
import { createIdentity } from './create-identity.ts';
import type { Identity } from './identity.ts';

export interface ServiceIdentitySettings {
  readonly trustDomain: string;
  readonly citadelAddress: string;
  readonly citadelRootFile: string;
}

/**
 * The identity of a service of the control plane by its {@link identitySettings}, kept until the service stops. Resolves
 * with the first certificate, for which it waits until Citadel is there.
 */
export async function createServiceIdentity(settings: ServiceIdentitySettings, tokenFile: string, app: Pick<App, 'name' | 'logger' | 'clock' | 'signal' | 'onStop'>): Promise<Identity> {
  const { name, logger, clock, signal } = app;
  const identity = await createIdentity({
    citadelAddress: settings.citadelAddress,
    citadelRootPem: () => readFile(settings.citadelRootFile, 'utf8'),
    token: () => readSecret(tokenFile, '--identity-token-file'),
    spiffeId: serviceSpiffeId(settings.trustDomain, name),
    clock,
    logger,
    signal,
  });
  app.onStop('identity', () => identity.close());
  return identity;
}
