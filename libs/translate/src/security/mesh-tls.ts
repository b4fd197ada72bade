import {
  SubjectAltNameMatcher_SanType as SanType,
  TlsParameters_TlsProtocol as TlsProtocol,
  type SubjectAltNameMatcherSchema,
} from '@flotilla/envoy-api/envoy/extensions/transport_sockets/tls/v3/common_pb.js';
import type { StringMatcherSchema } from '@flotilla/envoy-api/envoy/type/matcher/v3/string_pb.js';
import { meshRoots, workloadCertificate } from './secrets.ts';
import { downstreamTls, upstreamTls, type TransportSocket } from './transport-socket.ts';
import type { Fields } from '../message-fields.ts';

/**
 * A sidecar's mTLS towards another.
 *
 * @param sni what it asks the other side for
 * @param identities the only ones it accepts; any of the trusted roots when empty
 */
export function clientMutualTls(sni: string, identities: readonly string[], http2: boolean): TransportSocket {
  return upstreamTls({
    sni,
    commonTlsContext: {
      tlsParams: { tlsMinimumProtocolVersion: TlsProtocol.TLSv1_2, tlsMaximumProtocolVersion: TlsProtocol.TLSv1_3 },
      alpnProtocols: http2 ? ['istio', 'h2'] : ['istio'],
      tlsCertificateSdsSecretConfigs: [workloadCertificate],
      validationContextType: peerOf(identities.map((exact) => uri({ case: 'exact', value: exact }))),
    },
  });
}

/**
 * A sidecar's mTLS towards its clients, who must show a certificate of the trust domain.
 *
 * @param http whether clients choose between HTTP versions
 */
export function serverMutualTls(trustDomain: string, http: boolean): TransportSocket {
  return downstreamTls({
    requireClientCertificate: true,
    commonTlsContext: {
      tlsParams: { tlsMinimumProtocolVersion: TlsProtocol.TLSv1_2, tlsMaximumProtocolVersion: TlsProtocol.TLSv1_3 },
      alpnProtocols: http ? ['h2', 'http/1.1'] : [],
      tlsCertificateSdsSecretConfigs: [workloadCertificate],
      validationContextType: peerOf([uri({ case: 'prefix', value: `spiffe://${trustDomain}/` })]),
    },
  });
}

/** A peer whose certificate the mesh's roots have signed, for one of these names. */
function peerOf(matchTypedSubjectAltNames: Fields<typeof SubjectAltNameMatcherSchema>[]) {
  const value = { defaultValidationContext: { matchTypedSubjectAltNames }, validationContextSdsSecretConfig: meshRoots };
  return { case: 'combinedValidationContext' as const, value };
}

function uri(matchPattern: NonNullable<Fields<typeof StringMatcherSchema>['matchPattern']>): Fields<typeof SubjectAltNameMatcherSchema> {
  return { sanType: SanType.URI, matcher: { matchPattern } };
}
