import type { IdentityCertificates } from '@flotilla/identity';
import { encodeSecret, inlineText, type EncodedSecret } from '@flotilla/sds';

/**
 * The secrets of a workload's identity: `default`, its certificate, and `ROOTCA`, whom to trust.
 *
 * @param otherRoots certificates (PEM) that are trusted besides the mesh's own root
 */
export function identitySecrets({ keyPem, certChainPem, rootPem }: IdentityCertificates, otherRoots: readonly string[]): ReadonlyMap<string, EncodedSecret> {
  const roots = [rootPem, ...otherRoots].map((pem) => pem.trim()).join('\n');
  const secrets = [
    encodeSecret({ name: 'default', type: { case: 'tlsCertificate', value: { certificateChain: inlineText(certChainPem), privateKey: inlineText(keyPem) } } }),
    encodeSecret({ name: 'ROOTCA', type: { case: 'validationContext', value: { trustedCa: inlineText(`${roots}\n`) } } }),
  ];
  return new Map(secrets.map((secret) => [secret.name, secret]));
}
