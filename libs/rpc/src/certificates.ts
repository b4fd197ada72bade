import type { experimental } from '@grpc/grpc-js';

/** A key with its certificate, and whom to trust; all PEM. */
export interface Certificates {
  readonly keyPem: string;
  /** The certificate, then its intermediates. */
  readonly certChainPem: string;
  /** The roots that peers are verified against. */
  readonly rootPem: string;
}

/** Certificates that are replaced now and then, as an identity's are. */
export interface CertificateSource {
  current(): Certificates;
  /** Calls `listener` after every replacement; the returned function ends that. */
  onRotate(listener: () => void): () => void;
}

/** A source whose certificates stay as they are. */
export function fixedCertificates(certificates: Certificates): CertificateSource {
  return { current: () => certificates, onRotate: () => () => undefined };
}

type CertificateProvider = experimental.CertificateProvider;

/**
 * Gives a source's certificates to grpc-js, which uses the newest for each new connection and leaves the others be.
 */
export class SourceProvider implements CertificateProvider {
  readonly #source: Pick<CertificateSource, 'onRotate'> & { current(): Partial<Certificates> };
  readonly #cancels = new Map<unknown, () => void>();

  constructor(source: Pick<CertificateSource, 'onRotate'> & { current(): Partial<Certificates> }) {
    this.#source = source;
  }

  addCaCertificateListener(listener: experimental.CaCertificateUpdateListener): void {
    this.#follow(listener, () => {
      const { rootPem } = this.#source.current();
      listener(rootPem === undefined ? null : { caCertificate: Buffer.from(rootPem) });
    });
  }

  removeCaCertificateListener(listener: experimental.CaCertificateUpdateListener): void {
    this.#unfollow(listener);
  }

  addIdentityCertificateListener(listener: experimental.IdentityCertificateUpdateListener): void {
    this.#follow(listener, () => {
      const { keyPem, certChainPem } = this.#source.current();
      listener(keyPem === undefined || certChainPem === undefined ? null : { privateKey: Buffer.from(keyPem), certificate: Buffer.from(certChainPem) });
    });
  }

  removeIdentityCertificateListener(listener: experimental.IdentityCertificateUpdateListener): void {
    this.#unfollow(listener);
  }

  #follow(listener: unknown, tell: () => void): void {
    this.#cancels.set(listener, this.#source.onRotate(tell));
    // grpc-js registers its own watcher after it has added this listener: telling it now would be missed.
    process.nextTick(() => {
      if (this.#cancels.has(listener)) tell();
    });
  }

  #unfollow(listener: unknown): void {
    this.#cancels.get(listener)?.();
    this.#cancels.delete(listener);
  }
}
