import { credentials, experimental, type ChannelCredentials } from '@grpc/grpc-js';
import type { PeerCertificate } from 'node:tls';
import { SourceProvider, type CertificateSource } from './certificates.ts';
import { spiffeIdOf } from './spiffe-id.ts';

/** How a client secures its connections, and whom it takes for the server. */
export interface GrpcClientCredentials {
  readonly grpc: ChannelCredentials;
}

/**
 * Mutual TLS with the certificates of `source`, the newest for each new connection. The server must prove one of
 * `serverSpiffeIds`; its host name does not matter.
 */
export function clientCredentials(
  source: CertificateSource,
  options: { readonly serverSpiffeIds: readonly string[] },
): GrpcClientCredentials {
  const provider = new SourceProvider(source);
  return { grpc: experimental.createCertificateProviderChannelCredentials(provider, provider, verifyBy(options.serverSpiffeIds)) };
}

/** TLS without a certificate of one's own, for who has none yet. The server must prove one of `serverSpiffeIds`. */
export function anonymousClientCredentials(options: {
  readonly rootPem: string;
  readonly serverSpiffeIds: readonly string[];
}): GrpcClientCredentials {
  const provider = new SourceProvider({ current: () => ({ rootPem: options.rootPem }), onRotate: () => () => undefined });
  return { grpc: experimental.createCertificateProviderChannelCredentials(provider, null, verifyBy(options.serverSpiffeIds)) };
}

/** No TLS: for unix sockets and for loopback where a user asked for it. */
export function plaintextClientCredentials(): GrpcClientCredentials {
  return { grpc: credentials.createInsecure() };
}

function verifyBy(allowed: readonly string[]): { checkServerIdentity: (host: string, certificate: PeerCertificate) => Error | undefined } {
  return {
    checkServerIdentity(_host, certificate) {
      const id = spiffeIdOf(certificate);
      if (id !== undefined && allowed.includes(id)) return undefined;
      return new Error(`the server proves ${id ?? 'no SPIFFE id'}, expected ${allowed.join(' or ')}`);
    },
  };
}
