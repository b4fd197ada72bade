import { FlotillaError } from '@flotilla/errors';
import { importPrivateKey, keyAlgorithm, privateKeyPem, generateKeyPair } from './key-pair.ts';
import { parseSpiffeId } from './spiffe-id.ts';
import { subjectNames, uriNames, type ServerNames } from './subject-names.ts';
import {
  AuthorityKeyIdentifierExtension, BasicConstraintsExtension, ExtendedKeyUsage, ExtendedKeyUsageExtension, KeyUsageFlags,
  KeyUsagesExtension, SubjectAlternativeNameExtension, SubjectKeyIdentifierExtension, X509Certificate, X509CertificateGenerator,
} from './x509.ts';

/** A root as it is stored: both parts PEM, the key a secret. */
export interface StoredRoot {
  readonly keyPem: string;
  readonly certificatePem: string;
}

/** A root that is ready to sign. */
export interface CertificateAuthority {
  readonly trustDomain: string;
  readonly certificatePem: string;
  readonly certificate: X509Certificate;
  readonly privateKey: CryptoKey;
}

/** What to certify. Times in milliseconds. */
export interface IssueRequest extends ServerNames {
  readonly spiffeId: string;
  readonly publicKey: CryptoKey;
  readonly nowMs: number;
  readonly lifetimeMs: number;
  /** 16 random bytes. */
  readonly serial: Uint8Array;
}

export interface IssuedCertificate {
  readonly certificatePem: string;
  readonly spiffeId: string;
  /** Hexadecimal. */
  readonly serial: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** Certificates start this long before they were issued, for clocks that are behind. */
export const clockSkewMs = 60_000;

/** A new self-signed root for `trustDomain`, valid from `nowMs` (less the clock skew) for `lifetimeMs`. */
export async function createRoot({ trustDomain, nowMs, lifetimeMs, serial }: {
  readonly trustDomain: string;
  readonly nowMs: number;
  readonly lifetimeMs: number;
  readonly serial: Uint8Array;
}): Promise<StoredRoot> {
  const keys = await generateKeyPair();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    keys,
    name: [{ O: [trustDomain] }, { CN: ['Flotilla root'] }],
    serialNumber: serialNumber(serial),
    notBefore: new Date(nowMs - clockSkewMs),
    notAfter: new Date(nowMs + lifetimeMs),
    signingAlgorithm: keyAlgorithm,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      new SubjectAlternativeNameExtension([{ type: 'url', value: `spiffe://${trustDomain}` }]),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { keyPem: await privateKeyPem(keys), certificatePem: `${certificate.toString('pem')}\n` };
}

/**
 * Makes a stored root ready to sign; throws where the parts are damaged or do not belong together, and
 * INVALID_SETTINGS where it is the root of another trust domain.
 */
export async function loadAuthority(stored: StoredRoot, trustDomain: string): Promise<CertificateAuthority> {
  const certificate = new X509Certificate(stored.certificatePem);
  const names = uriNames(certificate.extensions);
  if (!names.includes(`spiffe://${trustDomain}`)) {
    throw new FlotillaError('INVALID_SETTINGS', `The root is not of the trust domain ${trustDomain} but of ${names.join(', ') || 'none'}`);
  }
  const privateKey = await importPrivateKey(stored.keyPem);
  const probe = new Uint8Array([1]);
  const signature = await crypto.subtle.sign(keyAlgorithm, privateKey, probe);
  const publicKey = await certificate.publicKey.export(keyAlgorithm, ['verify']);
  if (!(await crypto.subtle.verify(keyAlgorithm, publicKey, signature, probe))) {
    throw new FlotillaError('INTERNAL', 'The key of the root does not belong to its certificate');
  }
  return { trustDomain, certificatePem: stored.certificatePem, certificate, privateKey };
}

/**
 * Signs a leaf for one SPIFFE id, fit for both ends of mTLS. It never outlives the root.
 * Throws FORBIDDEN for an id of another trust domain, NOT_READY when the root has expired.
 */
export async function issueCertificate(authority: CertificateAuthority, request: IssueRequest): Promise<IssuedCertificate> {
  const { trustDomain } = parseSpiffeId(request.spiffeId);
  if (trustDomain !== authority.trustDomain) {
    throw new FlotillaError('FORBIDDEN', `${request.spiffeId} is not of the trust domain ${authority.trustDomain}`);
  }
  // X.509 times have no fractions of a second.
  const seconds = (ms: number): number => Math.floor(ms / 1000) * 1000;
  const notBeforeMs = seconds(request.nowMs - clockSkewMs);
  const notAfterMs = seconds(Math.min(request.nowMs + request.lifetimeMs, authority.certificate.notAfter.getTime()));
  if (notAfterMs <= request.nowMs) throw new FlotillaError('NOT_READY', 'The root certificate has expired');
  const certificate = await X509CertificateGenerator.create({
    publicKey: request.publicKey,
    issuer: authority.certificate.subjectName,
    signingKey: authority.privateKey,
    serialNumber: serialNumber(request.serial),
    notBefore: new Date(notBeforeMs),
    notAfter: new Date(notAfterMs),
    signingAlgorithm: keyAlgorithm,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
      subjectNames(request.spiffeId, request),
      await AuthorityKeyIdentifierExtension.create(authority.certificate.publicKey),
    ],
  });
  const certificatePem = `${certificate.toString('pem')}\n`;
  return { certificatePem, spiffeId: request.spiffeId, serial: certificate.serialNumber, notBeforeMs, notAfterMs };
}

/** A positive serial number of constant length (RFC 5280, section 4.1.2.2). */
function serialNumber(random: Uint8Array): string {
  const [first = 0, ...rest] = random;
  return Buffer.from([(first & 0x3f) | 0x40, ...rest]).toString('hex');
}
