import { Type, type Static } from 'typebox';
import { message } from '../schema/message.ts';
import { flag, oneOf, text, texts } from '../schema/scalars.ts';

export const TLSCertificate = message({}, { serverCertificate: text(), privateKey: text(), caCertificates: text() });
export type TLSCertificate = Static<typeof TLSCertificate>;

export const TLSProtocol = oneOf('TLS_AUTO', 'TLSV1_0', 'TLSV1_1', 'TLSV1_2', 'TLSV1_3');
export type TLSProtocol = Static<typeof TLSProtocol>;

/** What a gateway's server demands of TLS, and with which certificates it answers. */
export const ServerTLSSettings = message(
  {},
  {
    httpsRedirect: flag(),
    mode: oneOf('PASSTHROUGH', 'SIMPLE', 'MUTUAL', 'AUTO_PASSTHROUGH', 'ISTIO_MUTUAL', 'OPTIONAL_MUTUAL'),
    serverCertificate: text(),
    privateKey: text(),
    caCertificates: text(),
    caCrl: text(),
    credentialName: text(),
    credentialNames: texts(),
    caCertCredentialName: text(),
    tlsCertificates: Type.Array(TLSCertificate),
    subjectAltNames: texts(),
    verifyCertificateSpki: texts(),
    verifyCertificateHash: texts(),
    minProtocolVersion: TLSProtocol,
    maxProtocolVersion: TLSProtocol,
    cipherSuites: texts(),
    insecureSkipVerify: flag(),
    ecdhCurves: texts(),
  },
);
export type ServerTLSSettings = Static<typeof ServerTLSSettings>;
