import { each, type Place } from '../validation/place.ts';

/** The TLS 1.2 cipher suites that stock Envoy (BoringSSL) knows; those of TLS 1.3 are not configurable. */
const known = new Set([
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-PSK-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-SHA',
  'ECDHE-RSA-AES128-SHA',
  'ECDHE-PSK-AES128-CBC-SHA',
  'ECDHE-ECDSA-AES256-SHA',
  'ECDHE-RSA-AES256-SHA',
  'ECDHE-PSK-AES256-CBC-SHA',
  'AES128-GCM-SHA256',
  'AES256-GCM-SHA384',
  'AES128-SHA',
  'AES256-SHA',
  'PSK-AES128-CBC-SHA',
  'PSK-AES256-CBC-SHA',
  'DES-CBC3-SHA',
]);

/** Whether Envoy knows a cipher suite as Gateways write it: `[a|b]` are equal choices, and a sign in front adds to or takes from the defaults. */
export function isCipherSuite(suite: string): boolean {
  return suite.replace(/^[-+!]/, '').replace(/^\[(.*)\]$/, '$1').split('|').every((name) => known.has(name));
}

/** The curves that stock Envoy knows. */
const curves: ReadonlySet<string> = new Set(['P-256', 'P-384', 'P-521', 'X25519', 'X25519MLKEM768']);

export function isEcdhCurve(curve: string): boolean {
  return curves.has(curve);
}

/** Curves that are not known are left out of what Envoy gets, and said so. */
export function checkCurves(named: readonly string[] | undefined, at: Place): void {
  each(named, at, (curve, here) => {
    if (!isEcdhCurve(curve)) here.warn('is not a curve that Envoy knows and is left out', { found: curve, allowed: [...curves].join(', ') });
  });
}

/** Suites that are not known, or named twice, are left out of what Envoy gets, and said so. */
export function checkCiphers(suites: readonly string[] | undefined, at: Place): void {
  const seen = new Set<string>();
  each(suites, at, (suite, here) => {
    if (!isCipherSuite(suite)) here.warn('is not a cipher suite that Envoy knows and is left out', { found: suite });
    else if (seen.has(suite)) here.warn('is there already', { found: suite });
    seen.add(suite);
  });
}
