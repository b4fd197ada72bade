import { PemConverter } from './x509.ts';

/** Keys are EC P-256 and signatures ECDSA with SHA-256, which every Envoy build accepts. */
export const keyAlgorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** A private key with its public half. */
export type KeyPair = CryptoKeyPair;

/** A new EC P-256 key pair from the platform's randomness. */
export async function generateKeyPair(): Promise<KeyPair> {
  return crypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify']);
}

/** The private key as PKCS#8 PEM, as Envoy and Node's TLS take it. A secret. */
export async function privateKeyPem(keys: KeyPair): Promise<string> {
  return `${PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY')}\n`;
}

/** A private key in PKCS#8 PEM, ready to sign; throws where the text is none. */
export async function importPrivateKey(pem: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('pkcs8', PemConverter.decodeFirst(pem), keyAlgorithm, false, ['sign']);
}
