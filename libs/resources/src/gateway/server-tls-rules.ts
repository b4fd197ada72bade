import { checkCiphers, checkCurves } from './ciphers.ts';
import { checkPins } from './pins.ts';
import { each, type Place } from '../validation/place.ts';
import type { ServerTLSSettings } from './server-tls.ts';

/** The certificate sources of a server: each mode demands some and forbids others. */
export function checkServerTls(tls: ServerTLSSettings, at: Place): void {
  checkCiphers(tls.cipherSuites, at.at('cipherSuites'));
  checkCurves(tls.ecdhCurves, at.at('ecdhCurves'));
  checkPins(tls, at);
  switch (tls.mode) {
    case 'ISTIO_MUTUAL':
      checkMeshCertificates(tls, at);
      break;
    case 'SIMPLE':
    case 'MUTUAL':
    case 'OPTIONAL_MUTUAL':
      checkOwnCertificates(tls, tls.mode, at);
      break;
    default:
      checkUnused(tls, at);
  }
}

const certificateFields = [
  'serverCertificate',
  'privateKey',
  'caCertificates',
  'caCrl',
  'credentialName',
  'credentialNames',
  'tlsCertificates',
  'caCertCredentialName',
] as const satisfies readonly (keyof ServerTLSSettings)[];

const given = (tls: ServerTLSSettings, field: (typeof certificateFields)[number]): boolean => (tls[field]?.length ?? 0) > 0;

function checkMeshCertificates(tls: ServerTLSSettings, at: Place): void {
  for (const field of certificateFields) {
    if (given(tls, field)) at.at(field).refuse('cannot be given in mode ISTIO_MUTUAL, which uses the certificates of the mesh');
  }
}

function checkUnused(tls: ServerTLSSettings, at: Place): void {
  for (const field of certificateFields) {
    if (given(tls, field)) at.at(field).warn('has no effect in a mode that passes TLS through');
  }
}

type CertificateMode = 'SIMPLE' | 'MUTUAL' | 'OPTIONAL_MUTUAL';

function checkOwnCertificates(tls: ServerTLSSettings, mode: CertificateMode, at: Place): void {
  const files = given(tls, 'serverCertificate') && given(tls, 'privateKey');
  const sources = [
    ...(given(tls, 'credentialName') ? ['credentialName'] : []),
    ...(given(tls, 'credentialNames') ? ['credentialNames'] : []),
    ...(files ? ['serverCertificate with privateKey'] : []),
    ...(given(tls, 'tlsCertificates') ? ['tlsCertificates'] : []),
  ];
  if (sources.length > 1) at.refuse(`has certificates from ${sources.join(' and ')}, of which only one may be given`);
  checkCount('credentialNames', tls.credentialNames, at);
  // Certificates of a secret come with their authorities.
  if (given(tls, 'credentialName') || given(tls, 'credentialNames')) {
    if (given(tls, 'caCrl') && !given(tls, 'caCertificates')) at.at('caCrl').warn('has no effect beside authorities of a secret, which has a revocation list of its own in ca.crl');
    return;
  }

  const pairs = tls.tlsCertificates?.length ? tls.tlsCertificates : undefined;
  checkCount('tlsCertificates', pairs, at);
  if (pairs === undefined) checkPair(tls, mode, at);
  else each(pairs, at.at('tlsCertificates'), (pair, here) => checkPair(pair, mode, here));
  if (mode === 'SIMPLE') {
    if (given(tls, 'caCrl')) at.at('caCrl').refuse('cannot be given in mode SIMPLE, which asks clients for no certificate');
  } else if (!given(tls, 'caCertificates') && !given(tls, 'caCertCredentialName')) {
    at.at('caCertificates').refuse(`is required in mode ${mode}, to verify the certificates of clients`);
  }
}

function checkPair(pair: { readonly serverCertificate?: string; readonly privateKey?: string }, mode: CertificateMode, at: Place): void {
  if (!pair.serverCertificate) at.at('serverCertificate').refuse(`is required in mode ${mode}`);
  if (!pair.privateKey) at.at('privateKey').refuse(`is required in mode ${mode}`);
}

/** Envoy takes one certificate of each kind of key, RSA and ECDSA. */
function checkCount(field: 'credentialNames' | 'tlsCertificates', list: readonly unknown[] | undefined, at: Place): void {
  if ((list?.length ?? 0) > 2) at.at(field).warn('has more than the two certificates, one RSA and one ECDSA, that can be served', { found: list?.length });
}
