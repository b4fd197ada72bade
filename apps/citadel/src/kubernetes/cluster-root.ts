import { FlotillaError } from '@flotilla/errors';
import type { KubernetesApi } from '@flotilla/kubernetes-api';
import { createRoot, loadAuthority, type CertificateAuthority } from '@flotilla/pki';
import type { RootOptions } from '../root-store.ts';
import { keptSecret } from './kept-secret.ts';

/** The Secret and its keys; a root of one's own is put there before Citadel is first started. */
const secretName = 'flotilla-ca';
const [certificateKey, privateKey] = ['ca-cert.pem', 'ca-key.pem'];

/**
 * The root kept in a Secret, made at the first start; every Citadel of the cluster goes by it.
 *
 * @throws FlotillaError INVALID_SETTINGS for one that is damaged or of another trust domain; it is never replaced
 */
export async function openClusterRoot(api: KubernetesApi, options: Omit<RootOptions, 'dataDir'>): Promise<CertificateAuthority> {
  const texts = await keptSecret(api, secretName, async () => {
    const made = await createRoot(options);
    return { [certificateKey]: made.certificatePem, [privateKey]: made.keyPem };
  });
  try {
    return await loadAuthority({ certificatePem: texts[certificateKey] ?? '', keyPem: texts[privateKey] ?? '' }, options.trustDomain);
  } catch (error) {
    if (error instanceof FlotillaError) throw error;
    throw new FlotillaError('INVALID_SETTINGS', `The root in the Secret ${api.namespace}/${secretName} is damaged; restore it, or remove it to begin with a new one`, { cause: error });
  }
}
