import type { PeerCertificate } from 'node:tls';

/**
 * The SPIFFE id a certificate proves: its one URI SAN (X509-SVID, section 2).
 *
 * @returns undefined where there is no URI SAN, more than one, or it is no SPIFFE id
 */
export function spiffeIdOf(certificate: Pick<PeerCertificate, 'subjectaltname'>): string | undefined {
  // Node quotes an entry that holds a comma, so that no name can pass itself off as two.
  const uris = (certificate.subjectaltname ?? '').split(', ').filter((name) => name.startsWith('URI:'));
  const [uri] = uris;
  if (uri === undefined || uris.length > 1) return undefined;
  const id = uri.slice('URI:'.length);
  return /^spiffe:\/\/[a-z0-9._-]+(\/[a-zA-Z0-9._-]+)+$/.test(id) ? id : undefined;
}
