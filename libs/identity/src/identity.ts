import type { CertificateSource } from '@flotilla/rpc';

/** A private key with the certificate Citadel gave for it; all PEM. */
export interface IdentityCertificates {
  /** A secret; it was made in this process and never leaves it but to whoever proves this identity on its behalf. */
  readonly keyPem: string;
  /** The certificate, then its intermediates. */
  readonly certChainPem: string;
  /** The roots that peers are verified against. */
  readonly rootPem: string;
  /** Hexadecimal serial number of the certificate. */
  readonly serial: string;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
}

/** A SPIFFE identity that is kept valid. It is a {@link CertificateSource} for gRPC servers and clients. */
export interface Identity extends CertificateSource {
  readonly spiffeId: string;
  current(): IdentityCertificates;
  onRotate(listener: () => void): () => void;
  /** Ends the rotation. */
  close(): void;
}
