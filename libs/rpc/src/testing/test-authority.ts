import { createRoot, generateKeyPair, issueCertificate, loadAuthority, privateKeyPem } from '@flotilla/pki';
import { randomBytes } from 'node:crypto';
import type { Certificates, CertificateSource } from '../index.ts';

const hourMs = 3_600_000;

/** A certificate authority, and the certificates it gives out. */
export async function testAuthority(): Promise<{ rootPem: string; issue(serviceAccount: string): Promise<Certificates> }> {
  const root = await createRoot({ trustDomain: 'cluster.local', nowMs: Date.now(), lifetimeMs: hourMs, serial: randomBytes(16) });
  const authority = await loadAuthority(root, 'cluster.local');
  return {
    rootPem: root.certificatePem,
    async issue(serviceAccount) {
      const keys = await generateKeyPair();
      const { certificatePem } = await issueCertificate(authority, {
        spiffeId: spiffeId(serviceAccount), publicKey: keys.publicKey, nowMs: Date.now(), lifetimeMs: hourMs, serial: randomBytes(16),
      });
      return { keyPem: await privateKeyPem(keys), certChainPem: certificatePem, rootPem: root.certificatePem };
    },
  };
}

export function spiffeId(serviceAccount: string): string {
  return `spiffe://cluster.local/ns/test/sa/${serviceAccount}`;
}

/** Certificates that a test replaces when it likes. */
export class Rotating implements CertificateSource {
  #certificates: Certificates;
  readonly #listeners = new Set<() => void>();

  constructor(certificates: Certificates) {
    this.#certificates = certificates;
  }

  current(): Certificates {
    return this.#certificates;
  }

  onRotate(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  rotate(certificates: Certificates): void {
    this.#certificates = certificates;
    for (const listener of this.#listeners) listener();
  }
}
