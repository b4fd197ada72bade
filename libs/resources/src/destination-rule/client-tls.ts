import type { Static } from 'typebox';
import { message } from '../schema/message.ts';
import { flag, oneOf, text, texts } from '../schema/scalars.ts';

/** How a client of the host secures its connections. */
export const ClientTLSSettings = message(
  {},
  {
    mode: oneOf('DISABLE', 'SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL'),
    clientCertificate: text(),
    privateKey: text(),
    caCertificates: text(),
    credentialName: text(),
    subjectAltNames: texts(),
    sni: text(),
    insecureSkipVerify: flag(),
    caCrl: text(),
  },
);
export type ClientTLSSettings = Static<typeof ClientTLSSettings>;
