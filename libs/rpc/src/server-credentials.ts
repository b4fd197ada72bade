import { ServerCredentials, experimental } from '@grpc/grpc-js';
import { SourceProvider, type CertificateSource } from './certificates.ts';

/** How a server secures its connections. */
export interface GrpcServerCredentials {
  readonly grpc: ServerCredentials;
}

/**
 * TLS with the certificates of `source`; after a rotation new connections get the new ones, open connections go on.
 *
 * @param options.requireClientCertificate refuses clients without a certificate that the roots vouch for; otherwise
 *   they are let in without an identity
 */
export function serverCredentials(
  source: CertificateSource,
  options: { readonly requireClientCertificate: boolean },
): GrpcServerCredentials {
  const provider = new SourceProvider(source);
  return { grpc: experimental.createCertificateProviderServerCredentials(provider, provider, options.requireClientCertificate) };
}

/** No TLS: for unix sockets and for loopback where a user asked for it. */
export function plaintextServerCredentials(): GrpcServerCredentials {
  return { grpc: ServerCredentials.createInsecure() };
}
