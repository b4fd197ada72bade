import { FlotillaError, messageOf } from '@flotilla/errors';
import { keyAlgorithm, type KeyPair } from './key-pair.ts';
import { parseSpiffeId } from './spiffe-id.ts';
import { subjectNames, uriNames } from './subject-names.ts';
import { Pkcs10CertificateRequest, Pkcs10CertificateRequestGenerator } from './x509.ts';

/** A PKCS#10 request (PEM) for `spiffeId`, signed by the key that is to be certified. */
export async function createSigningRequest(keys: KeyPair, spiffeId: string): Promise<string> {
  const request = await Pkcs10CertificateRequestGenerator.create({
    keys,
    signingAlgorithm: keyAlgorithm,
    extensions: [subjectNames(spiffeId)],
  });
  return `${request.toString('pem')}\n`;
}

/** What a verified request asks for. */
export interface VerifiedRequest {
  readonly spiffeId: string;
  readonly publicKey: CryptoKey;
}

/**
 * Reads a PKCS#10 request and proves that its sender holds the private key. Throws MALFORMED_REQUEST
 * where it cannot be read, its signature is wrong, its key is not EC P-256, or it does not name
 * exactly one URI, a SPIFFE id.
 */
export async function verifySigningRequest(pem: string): Promise<VerifiedRequest> {
  const request = readRequest(pem);
  const publicKey = await request.publicKey.export(keyAlgorithm, ['verify']).catch((error: unknown) => {
    throw new FlotillaError('MALFORMED_REQUEST', 'The key of the certificate request must be EC P-256', { cause: error });
  });
  if (!(await request.verify())) throw new FlotillaError('MALFORMED_REQUEST', 'The signature of the certificate request is wrong');
  const names = uriNames(request.extensions);
  const [spiffeId] = names;
  if (spiffeId === undefined || names.length > 1) {
    throw new FlotillaError('MALFORMED_REQUEST', `A certificate request must name exactly one URI; this one names ${names.length}`);
  }
  parseSpiffeId(spiffeId);
  return { spiffeId, publicKey };
}

function readRequest(pem: string): Pkcs10CertificateRequest {
  try {
    return new Pkcs10CertificateRequest(pem);
  } catch (error) {
    throw new FlotillaError('MALFORMED_REQUEST', `The certificate request cannot be read: ${messageOf(error)}`, { cause: error });
  }
}
