import { anyUnpack } from '@bufbuild/protobuf/wkt';
import type { FilterChain } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_components_pb.js';
import { DownstreamTlsContextSchema } from '@flotilla/envoy-api/envoy/extensions/transport_sockets/tls/v3/tls_pb.js';
import type { ExplainError, Explanation } from './explanation.ts';
import type { ExplainRequest } from './request.ts';

/** What a filter chain makes of a connection's TLS, and the error where the two do not go together. */
export interface TlsOutcome {
  readonly tls: NonNullable<Explanation['tls']>;
  readonly error?: ExplainError;
}

/** What becomes of TLS at a filter chain: a handshake that one side refuses is an error here already. */
export function tlsOutcome({ transportSocket }: FilterChain, request: ExplainRequest): TlsOutcome {
  const packed = transportSocket?.configType.case === 'typedConfig' ? transportSocket.configType.value : undefined;
  const context = packed === undefined ? undefined : anyUnpack(packed, DownstreamTlsContextSchema);
  if (context === undefined) return { tls: request.tls === 'plaintext' ? 'none' : 'passed on' };
  const clientCertificate = context.requireClientCertificate === true;
  const tls = clientCertificate ? 'terminated, client certificate required' : 'terminated';
  if (request.tls === 'plaintext') return { tls, error: 'invalid TLS' };
  const certificate = context.commonTlsContext?.tlsCertificateSdsSecretConfigs[0]?.name;
  // Both sides show certificates of one authority, or neither asks for the other's.
  const mutual = clientCertificate && certificate === request.certificate;
  return mutual === (request.tls === 'mtls') ? { tls } : { tls, error: 'invalid mTLS' };
}
