import { dirname } from 'node:path';
import { encodeSecret, type EncodedSecret } from '@flotilla/sds';

/**
 * A secret in files, by the name that Pilot gives it: `file-cert:<certificate>~<key>` or
 * `file-root:<authorities>`, with `~<revoked>` after it where there is a revocation list. Envoy reads the
 * files itself, and again whenever something is moved into their folder.
 */
export function fileSecret(name: string): EncodedSecret | undefined {
  const [, kind, first = '', second] = /^file-(cert|root):([^~]+)(?:~(.+))?$/.exec(name) ?? [];
  const watchedDirectory = { path: dirname(first) };
  if (kind === 'cert' && second !== undefined) {
    return encodeSecret({ name, type: { case: 'tlsCertificate', value: { certificateChain: file(first), privateKey: file(second), watchedDirectory } } });
  }
  if (kind !== 'root') return undefined;
  return encodeSecret({ name, type: { case: 'validationContext', value: { trustedCa: file(first), ...(second === undefined ? {} : { crl: file(second) }), watchedDirectory } } });
}

function file(filename: string): { specifier: { case: 'filename'; value: string } } {
  return { specifier: { case: 'filename', value: filename } };
}
