import { UpstreamTlsContextSchema } from '@flotilla/envoy-api/envoy/extensions/transport_sockets/tls/v3/tls_pb.js';
import type { ClientTLSSettings } from '@flotilla/resources';
import type { MeshConfig } from '@flotilla/mesh';
import { typedConfig } from '../typed-config.ts';
import { usualTlsParameters } from './mesh-tls.ts';
import { credential } from './secrets.ts';
import { subjectAltNames } from './subject-alt-names.ts';
import { tlsSocket, type TransportSocket } from './transport-socket.ts';

/** Where Debian, Ubuntu and Alpine keep the roots that public servers are verified with. */
const publicRoots = '/etc/ssl/certs/ca-certificates.crt';

/**
 * TLS as a DestinationRule of mode SIMPLE or MUTUAL asks for it: to a server that is no sidecar.
 *
 * @param subjectAltNames names that the server's certificate must have one of, where the rule gives none
 */
export function simpleTls(tls: ClientTLSSettings, subjectAltNames: readonly string[], http2: boolean, mesh: MeshConfig): TransportSocket {
  const tlsParams = usualTlsParameters(mesh);
  const commonTlsContext = { ...(Object.keys(tlsParams).length === 0 ? {} : { tlsParams }), ...(http2 ? { alpnProtocols: ['h2'] } : {}), ...clientCertificate(tls), ...validation(tls, subjectAltNames) };
  return tlsSocket(typedConfig(UpstreamTlsContextSchema, { sni: tls.sni ?? '', commonTlsContext }));
}

/** Whether the server's certificate is verified at all. */
export function verifiesServer(tls: ClientTLSSettings): boolean {
  return tls.insecureSkipVerify !== true;
}

function clientCertificate({ mode, credentialName, clientCertificate: certificate, privateKey }: ClientTLSSettings) {
  if (mode !== 'MUTUAL') return {};
  if (given(credentialName)) return { tlsCertificateSdsSecretConfigs: [credential(credentialName)] };
  return { tlsCertificates: [{ certificateChain: file(certificate ?? ''), privateKey: file(privateKey ?? '') }] };
}

function validation(tls: ClientTLSSettings, fallbackNames: readonly string[]) {
  if (!verifiesServer(tls)) return {};
  const names = tls.subjectAltNames ?? fallbackNames;
  const context = {
    matchTypedSubjectAltNames: subjectAltNames(names),
    ...(given(tls.caCrl) ? { crl: file(tls.caCrl) } : {}),
  };
  if (given(tls.credentialName)) {
    const roots = credential(`${tls.credentialName}-cacert`);
    return { validationContextType: { case: 'combinedValidationContext' as const, value: { defaultValidationContext: context, validationContextSdsSecretConfig: roots } } };
  }
  const trustedCa = file(given(tls.caCertificates) ? tls.caCertificates : publicRoots);
  return { validationContextType: { case: 'validationContext' as const, value: { ...context, trustedCa } } };
}

function file(filename: string) {
  return { specifier: { case: 'filename' as const, value: filename } };
}

function given(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}
