import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Problem } from '@flotilla/errors';

/** A certificate with its key, and whom it has clients verified by, either of which may be missing. */
export interface Credential {
  readonly namespace: string;
  readonly name: string;
  readonly certificate?: { readonly chainPem: string; readonly keyPem: string };
  readonly authorities?: { readonly pem: string; readonly revokedPem?: string };
}

/** The keys of a Secret's data: those of type kubernetes.io/tls, and those of generic ones. */
const fields = { chain: ['tls.crt', 'cert'], key: ['tls.key', 'key'], authorities: ['ca.crt', 'cacert'], revoked: ['ca.crl', 'crl'] } as const;

/**
 * Reads a Kubernetes Secret.
 *
 * @param document as it was parsed from YAML or JSON
 * @returns the credential, or all that is wrong with it
 */
export function readCredential(document: unknown): { readonly credential: Credential } | { readonly problems: readonly Problem[] } {
  const { apiVersion, kind, metadata, data, stringData } = record(document);
  if (apiVersion !== 'v1' || kind !== 'Secret') return { problems: [{ path: 'kind', message: 'is not one that is read here', found: kind, allowed: 'Secret of apiVersion v1' }] };
  const { name, namespace = 'default' } = record(metadata);
  const problems: Problem[] = [];
  if (typeof name !== 'string' || name === '') problems.push({ path: 'metadata.name', message: 'is required' });
  if (typeof namespace !== 'string') problems.push({ path: 'metadata.namespace', message: 'is not a text', found: namespace });

  const texts = textsOf(record(data), record(stringData), problems);
  const [chainPem, keyPem, pem, revokedPem] = [fields.chain, fields.key, fields.authorities, fields.revoked].map((names) => names.map((key) => texts.get(key)).find((text) => text !== undefined));
  if (chainPem === undefined && pem === undefined) problems.push({ path: 'data', message: 'has no certificate', allowed: 'tls.crt with tls.key, or cert with key, or ca.crt, or cacert' });
  if (chainPem !== undefined) checkPair(chainPem, keyPem, problems);
  if (pem !== undefined && certificateOf(pem) === undefined) problems.push({ path: 'data', message: 'has authorities that are no certificates in PEM' });
  if (problems.length > 0) return { problems };
  return {
    credential: {
      namespace: String(namespace),
      name: String(name),
      ...(chainPem === undefined || keyPem === undefined ? {} : { certificate: { chainPem, keyPem } }),
      ...(pem === undefined ? {} : { authorities: { pem, ...(revokedPem === undefined ? {} : { revokedPem }) } }),
    },
  };
}

/** What is wrong never shows what was found: it may be a key. */
function textsOf(data: Record<string, unknown>, stringData: Record<string, unknown>, problems: Problem[]): Map<string, string> {
  const texts = new Map<string, string>();
  for (const key of Object.values(fields).flat()) {
    const [encoded, plain] = [data[key], stringData[key]];
    if (typeof plain === 'string') texts.set(key, plain);
    else if (typeof encoded === 'string') texts.set(key, Buffer.from(encoded, 'base64').toString('utf8'));
    else if (encoded !== undefined || plain !== undefined) problems.push({ path: `data.${key}`, message: 'is not a text' });
  }
  return texts;
}

function checkPair(chainPem: string, keyPem: string | undefined, problems: Problem[]): void {
  const certificate = certificateOf(chainPem);
  if (certificate === undefined) problems.push({ path: 'data', message: 'has a certificate that is none in PEM' });
  if (keyPem === undefined) {
    problems.push({ path: 'data', message: 'has a certificate without its key' });
    return;
  }
  try {
    const key = createPrivateKey(keyPem);
    if (certificate?.checkPrivateKey(key) === false) problems.push({ path: 'data', message: 'has a key that is not that of the certificate' });
  } catch {
    problems.push({ path: 'data', message: 'has a key that is none in PEM, or is encrypted' });
  }
}

function certificateOf(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
