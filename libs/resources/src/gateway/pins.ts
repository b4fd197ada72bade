import { each, type Place } from '../validation/place.ts';
import type { ServerTLSSettings } from './server-tls.ts';

/** SHA-256 digests: of a certificate in hexadecimal, with or without colons, and of a public key in Base64. */
const shapes = { verifyCertificateHash: /^([0-9a-f]{2}:?){31}[0-9a-f]{2}$/i, verifyCertificateSpki: /^[A-Za-z0-9+/]{43}=$/ } as const;

const fields = ['verifyCertificateHash', 'verifyCertificateSpki'] as const;

/** Whether Envoy can take the certificates that clients are pinned to; without the pins, others would be let in. */
export function hasUsablePins(tls: ServerTLSSettings | undefined): boolean {
  return fields.every((field) => (tls?.[field] ?? []).every((pin) => shapes[field].test(pin)));
}

/** A server with a pin that is none is not served. */
export function checkPins(tls: ServerTLSSettings, at: Place): void {
  for (const field of fields) {
    each(tls[field], at.at(field), (pin, here) => {
      if (!shapes[field].test(pin)) here.warn('is not a SHA-256 digest, so that the server is not served', { found: pin });
    });
  }
}
