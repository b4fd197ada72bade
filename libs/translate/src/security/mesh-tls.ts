import {
  SubjectAltNameMatcher_SanType as SanType,
  TlsParameters_TlsProtocol as TlsProtocol,
} from '@flotilla/envoy-api/envoy/extensions/transport_sockets/tls/v3/common_pb.js';
import type { CommonTlsContextSchema } from '@flotilla/envoy-api/envoy/extensions/transport_sockets/tls/v3/tls_pb.js';
import type { StringMatcherSchema } from '@flotilla/envoy-api/envoy/type/matcher/v3/string_pb.js';
import type { Fields } from '../message-fields.ts';
import { meshRoots, workloadCertificate } from './secrets.ts';

type Pattern = NonNullable<Fields<typeof StringMatcherSchema>['matchPattern']>;

/**
 * One side of mTLS in the mesh: the workload's own certificate, and a peer that the mesh's roots vouch for.
 *
 * @param identities of which the peer must have one; any when empty
 */
export function peerContext(identities: readonly Pattern[], alpnProtocols: string[]): Fields<typeof CommonTlsContextSchema> {
  const matchTypedSubjectAltNames = identities.map((matchPattern) => ({ sanType: SanType.URI, matcher: { matchPattern } }));
  const validation = { defaultValidationContext: { matchTypedSubjectAltNames }, validationContextSdsSecretConfig: meshRoots };
  const validationContextType = { case: 'combinedValidationContext' as const, value: validation };
  return {
    tlsParams: { tlsMinimumProtocolVersion: TlsProtocol.TLSv1_2, tlsMaximumProtocolVersion: TlsProtocol.TLSv1_3 },
    alpnProtocols,
    tlsCertificateSdsSecretConfigs: [workloadCertificate],
    validationContextType,
  };
}
