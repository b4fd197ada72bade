import type { IdentityCertificates } from '@flotilla/identity';
import { encodeSecret, inlineText, type EncodedSecret } from '@flotilla/sds';

/** The secrets of a workload's identity: `default`, its certificate, and `ROOTCA`, whom to trust. */
export function identitySecrets({ keyPem, certChainPem, rootPem }: IdentityCertificates): ReadonlyMap<string, EncodedSecret> {
  const secrets = [
    encodeSecret({ name: 'default', type: { case: 'tlsCertificate', value: { certificateChain: inlineText(certChainPem), privateKey: inlineText(keyPem) } } }),
    encodeSecret({ name: 'ROOTCA', type: { case: 'validationContext', value: { trustedCa: inlineText(rootPem) } } }),
  ];
  return new Map(secrets.map((secret) => [secret.name, secret]));
}
