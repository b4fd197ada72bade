import {
  SubjectAltNameMatcher_SanType as SanType,
  TlsParameters_TlsProtocol as TlsProtocol,
  type TlsParametersSchema,
} from '@flotilla/envoy-api/envoy/extensions/transport_sockets/tls/v3/common_pb.js';
import type { CommonTlsContextSchema } from '@flotilla/envoy-api/envoy/extensions/transport_sockets/tls/v3/tls_pb.js';
import type { StringMatcherSchema } from '@flotilla/envoy-api/envoy/type/matcher/v3/string_pb.js';
import type { MeshConfig } from '@flotilla/mesh';
import { isCipherSuite, isEcdhCurve } from '@flotilla/resources';
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

/** The identities of the mesh: those of its trust domain, and of others that count for the same. */
export function anyPeer({ trustDomain, trustDomainAliases }: MeshConfig): Pattern[] {
  return [trustDomain, ...trustDomainAliases].map((domain) => ({ case: 'prefix', value: `spiffe://${domain}/` }));
}

/** What servers in the mesh demand of mTLS beyond what is usual. */
export function meshTlsParameters({ meshTls: { minProtocolVersion, cipherSuites = [] } }: MeshConfig): Fields<typeof TlsParametersSchema> {
  const suites = distinct(cipherSuites, isCipherSuite);
  return {
    ...(minProtocolVersion === 'TLSV1_3' ? { tlsMinimumProtocolVersion: TlsProtocol.TLSv1_3 } : {}),
    ...(suites.length === 0 ? {} : { cipherSuites: suites }),
  };
}

/** TLS that is not the mesh's own, where nothing else is said of it. */
export function usualTlsParameters({ tlsDefaults: { cipherSuites = [], ecdhCurves = [] } }: MeshConfig): Fields<typeof TlsParametersSchema> {
  const [suites, curves] = [distinct(cipherSuites, isCipherSuite), distinct(ecdhCurves, isEcdhCurve)];
  return { ...(suites.length === 0 ? {} : { cipherSuites: suites }), ...(curves.length === 0 ? {} : { ecdhCurves: curves }) };
}

/** Each name that Envoy knows, once: it refuses all for one that it does not. */
export function distinct(names: readonly string[], isKnown: (name: string) => boolean): string[] {
  return [...new Set(names.filter(isKnown))];
}
