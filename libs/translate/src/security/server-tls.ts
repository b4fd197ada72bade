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
import type { MeshConfig } from '@flotilla/mesh';
import { isCipherSuite, isEcdhCurve, type ServerTLSSettings } from '@flotilla/resources';
import type { Fields } from '../message-fields.ts';
import { typedConfig } from '../typed-config.ts';
import { anyPeer, distinct, meshTlsParameters, peerContext, usualTlsParameters } from './mesh-tls.ts';
import { credential, fileCertificate, fileRoots } from './secrets.ts';
import { subjectAltNames } from './subject-alt-names.ts';
import { tlsSocket, type TransportSocket } from './transport-socket.ts';

/**
 * TLS as a server of a Gateway takes it from its clients.
 *
 * @param alpnProtocols what clients may choose between
 */
export function serverTls(tls: ServerTLSSettings, mesh: MeshConfig, alpnProtocols: string[]): TransportSocket {
  return tlsSocket(typedConfig(DownstreamTlsContextSchema, context(tls, mesh, alpnProtocols)));
}

/** The same within QUIC, for HTTP/3. */
export function serverQuic(tls: ServerTLSSettings, mesh: MeshConfig): TransportSocket {
  const typed = typedConfig(QuicDownstreamTransportSchema, { downstreamTlsContext: context(tls, mesh, ['h3']) });
  return create(TransportSocketSchema, { name: 'envoy.transport_sockets.quic', configType: { case: 'typedConfig', value: typed } });
}

function context(tls: ServerTLSSettings, mesh: MeshConfig, alpnProtocols: string[]): Fields<typeof DownstreamTlsContextSchema> {
  const { mode } = tls;
  const commonTlsContext = mode === 'ISTIO_MUTUAL' ? meshContext(tls, mesh, alpnProtocols) : { alpnProtocols, ...certificates(tls), ...clientValidation(tls) };
  return {
    requireClientCertificate: mode === 'MUTUAL' || mode === 'ISTIO_MUTUAL',
    commonTlsContext: { ...commonTlsContext, tlsParams: tlsParameters(tls, mode === 'ISTIO_MUTUAL' ? meshTlsParameters(mesh) : usualTlsParameters(mesh)) },
  };
}

/** The workload's own certificate, for peers in the mesh: those named, or any. */
function meshContext({ subjectAltNames: names = [] }: ServerTLSSettings, mesh: MeshConfig, alpnProtocols: string[]): Fields<typeof CommonTlsContextSchema> {
  return peerContext(names.length === 0 ? anyPeer(mesh) : names.map((value) => ({ case: 'exact', value })), alpnProtocols);
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

function tlsParameters({ minProtocolVersion, maxProtocolVersion, cipherSuites = [], ecdhCurves = [] }: ServerTLSSettings, usual: Fields<typeof TlsParametersSchema>): Fields<typeof TlsParametersSchema> {
  const [suites, curves] = [distinct(cipherSuites, isCipherSuite), distinct(ecdhCurves, isEcdhCurve)];
  return {
    tlsMaximumProtocolVersion: version(maxProtocolVersion) ?? TlsProtocol.TLSv1_3,
    ...usual,
    tlsMinimumProtocolVersion: version(minProtocolVersion) ?? usual.tlsMinimumProtocolVersion ?? TlsProtocol.TLSv1_2,
    ...(suites.length === 0 ? {} : { cipherSuites: suites }),
    ...(curves.length === 0 ? {} : { ecdhCurves: curves }),
  };
}

function version(protocol: ServerTLSSettings['minProtocolVersion']): TlsProtocol | undefined {
  return protocol === undefined || protocol === 'TLS_AUTO' ? undefined : protocols[protocol];
}

function given(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}
