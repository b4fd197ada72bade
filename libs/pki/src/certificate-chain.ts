import { FlotillaError } from '@flotilla/errors';
import { uriNames } from './subject-names.ts';
import { X509Certificate } from './x509.ts';

/** What a certificate says, for whoever uses or shows it. Times in milliseconds since the epoch. */
export interface CertificateFacts {
  /** The URI names; one, a SPIFFE id, in a workload's certificate. */
  readonly uris: readonly string[];
  readonly serial: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** SubjectPublicKeyInfo, to be compared with a key. */
  readonly publicKey: Uint8Array;
}

/** The certificates of a PEM text, each a PEM of its own ending in a line feed, in their order. */
export function splitChain(pem: string): string[] {
  return (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map((certificate) => `${certificate}\n`);
}

/** One PEM text of several, each certificate on lines of its own, none twice. */
export function joinChain(certificates: readonly string[]): string {
  return [...new Set(certificates.flatMap(splitChain))].join('');
}

/** Reads the first certificate of a PEM text; throws MALFORMED_REQUEST where there is none. */
export function readCertificate(pem: string): CertificateFacts {
  const [first] = splitChain(pem);
  if (first === undefined) throw new FlotillaError('MALFORMED_REQUEST', 'There is no certificate in the text');
  const certificate = new X509Certificate(first);
  return {
    uris: uriNames(certificate.extensions),
    serial: certificate.serialNumber,
    notBeforeMs: certificate.notBefore.getTime(),
    notAfterMs: certificate.notAfter.getTime(),
    publicKey: new Uint8Array(certificate.publicKey.rawData),
  };
}
