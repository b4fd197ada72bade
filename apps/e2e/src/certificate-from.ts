import { createIdentity, type IdentityCertificates } from '@flotilla/identity';
import { createLogger, systemClock } from '@flotilla/runtime';

export interface CertificateRequest {
  readonly citadelAddress: string;
  readonly citadelRootPem: string;
  readonly token: string;
  readonly spiffeId: string;
}

/**
 * Asks Citadel once for a certificate, as an agent does.
 * @throws its refusal
 */
export async function certificateFrom(request: CertificateRequest): Promise<IdentityCertificates> {
  const giveUp = new AbortController();
  const refusal = Promise.withResolvers<never>();
  const logger = createLogger('asker', { level: 'silent' });
  const onFailure = (error: unknown): void => {
    refusal.reject(error instanceof Error ? error : new Error(String(error)));
    giveUp.abort();
  };
  const identity = await Promise.race([createIdentity({ ...request, clock: systemClock, logger, signal: giveUp.signal, onFailure }), refusal.promise]);
  identity.close();
  return identity.current();
}
