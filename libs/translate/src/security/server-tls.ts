import { create } from '@bufbuild/protobuf';
import {
  CertificateValidationContext_TrustChainVerification as TrustChain,
  TlsParameters_TlsProtocol as TlsProtocol,
  type CertificateValidationContextSchema,
  type TlsParametersSchema,
} from '@flotilla/envoy-api/envoy/extensions/transport_sockets/tls/v3/common_pb.js';
import { TransportSocketSchema } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import { QuicDownstreamTransportSchema } from '@flotilla/envoy-api/envoy/extensions/transport_sockets/quic/v3/quic_transport_pb.js';
import { DownstreamTlsContextSchema, type CommonTlsContextSchema } from '@flotilla/envoy-api/envoy/extensions/transport_sockets/tls/v3/tls_pb.js';
import { isCipherSuite, isEcdhCurve, type ServerTLSSettings } from '@flotilla/resources';
import type { Fields } from '../message-fields.ts';
import { typedConfig } from '../typed-config.ts';
import { peerContext } from './mesh-tls.ts';
import { credential, fileCertificate, fileRoots } from './secrets.ts';
import { subjectAltNames } from './subject-alt-names.ts';
import { tlsSocket, type TransportSocket } from './transport-socket.ts';

/**
 * TLS as a server of a Gateway takes it from its clients.
 *
 * @param alpnProtocols what clients may choose between
 */
export function serverTls(tls: ServerTLSSettings, trustDomain: string, alpnProtocols: string[]): TransportSocket {
  return tlsSocket(typedConfig(DownstreamTlsContextSchema, context(tls, trustDomain, alpnProtocols)));
}

/** The same within QUIC, for HTTP/3. */
export function serverQuic(tls: ServerTLSSettings, trustDomain: string): TransportSocket {
  const typed = typedConfig(QuicDownstreamTransportSchema, { downstreamTlsContext: context(tls, trustDomain, ['h3']) });
  return create(TransportSocketSchema, { name: 'envoy.transport_sockets.quic', configType: { case: 'typedConfig', value: typed } });
}

function context(tls: ServerTLSSettings, trustDomain: string, alpnProtocols: string[]): Fields<typeof DownstreamTlsContextSchema> {
  const { mode } = tls;
  const commonTlsContext = mode === 'ISTIO_MUTUAL' ? meshContext(tls, trustDomain, alpnProtocols) : { alpnProtocols, ...certificates(tls), ...clientValidation(tls) };
  return {
    requireClientCertificate: mode === 'MUTUAL' || mode === 'ISTIO_MUTUAL',
    commonTlsContext: { ...commonTlsContext, tlsParams: tlsParameters(tls) },
  };
}

/** The workload's own certificate, for peers in the mesh: those named, or any of the trust domain. */
function meshContext({ subjectAltNames: names = [] }: ServerTLSSettings, trustDomain: string, alpnProtocols: string[]): Fields<typeof CommonTlsContextSchema> {
  const anyone = [{ case: 'prefix' as const, value: `spiffe://${trustDomain}/` }];
  return peerContext(names.length === 0 ? anyone : names.map((value) => ({ case: 'exact', value })), alpnProtocols);
}

function certificates(tls: ServerTLSSettings): Fields<typeof CommonTlsContextSchema> {
  const { credentialNames = [], tlsCertificates = [] } = tls;
  const credentials = given(tls.credentialName) ? [tls.credentialName] : credentialNames;
  const files = tlsCertificates.length > 0 ? tlsCertificates : [tls];
  return {
    tlsCertificateSdsSecretConfigs:
      credentials.length > 0 ? credentials.map(credential) : files.map(({ serverCertificate = '', privateKey = '' }) => fileCertificate(serverCertificate, privateKey)),
  };
}

/** What certificates of clients must be like, in the modes that ask for them. */
function clientValidation(tls: ServerTLSSettings): Fields<typeof CommonTlsContextSchema> {
  if (tls.mode !== 'MUTUAL' && tls.mode !== 'OPTIONAL_MUTUAL') return {};
  const defaultValidationContext: Fields<typeof CertificateValidationContextSchema> = {
    matchTypedSubjectAltNames: subjectAltNames(tls.subjectAltNames ?? []),
    verifyCertificateHash: tls.verifyCertificateHash ?? [],
    verifyCertificateSpki: tls.verifyCertificateSpki ?? [],
    ...(tls.insecureSkipVerify === true ? { trustChainVerification: TrustChain.ACCEPT_UNTRUSTED } : {}),
  };
  return { validationContextType: { case: 'combinedValidationContext', value: { defaultValidationContext, validationContextSdsSecretConfig: clientRoots(tls) } } };
}

/** A credential brings its authorities along, unless they are somewhere else. */
function clientRoots({ caCertCredentialName, caCertificates, caCrl, credentialName, credentialNames = [] }: ServerTLSSettings) {
  const holder = [caCertCredentialName, ...(given(caCertificates) ? [] : [credentialName, ...credentialNames])].find(given);
  if (holder !== undefined) return credential(`${holder}-cacert`);
  return fileRoots(caCertificates ?? '', caCrl ?? '');
}

const protocols = { TLSV1_0: TlsProtocol.TLSv1_0, TLSV1_1: TlsProtocol.TLSv1_1, TLSV1_2: TlsProtocol.TLSv1_2, TLSV1_3: TlsProtocol.TLSv1_3 } as const;

function tlsParameters({ minProtocolVersion, maxProtocolVersion, cipherSuites = [], ecdhCurves = [] }: ServerTLSSettings): Fields<typeof TlsParametersSchema> {
  return {
    tlsMinimumProtocolVersion: version(minProtocolVersion) ?? TlsProtocol.TLSv1_2,
    tlsMaximumProtocolVersion: version(maxProtocolVersion) ?? TlsProtocol.TLSv1_3,
    cipherSuites: [...new Set(cipherSuites.filter(isCipherSuite))],
    ecdhCurves: [...new Set(ecdhCurves.filter(isEcdhCurve))],
  };
}

function version(protocol: ServerTLSSettings['minProtocolVersion']): TlsProtocol | undefined {
  return protocol === undefined || protocol === 'TLS_AUTO' ? undefined : protocols[protocol];
}

function given(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}
