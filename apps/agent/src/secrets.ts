import { createHash } from 'node:crypto';
import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { anyPack, type Any } from '@bufbuild/protobuf/wkt';
import { SecretSchema } from '@flotilla/envoy-api/envoy/extensions/transport_sockets/tls/v3/secret_pb.js';
import type { IdentityCertificates } from '@flotilla/identity';

/** A secret as it is sent to Envoy. */
export interface EncodedSecret {
  readonly name: string;
  /** Differs whenever the content does. */
  readonly version: string;
  readonly resource: Any;
}

/** The secrets of a workload, replaced now and then. */
export interface SecretSource {
  /** By name; undefined while there are none yet. */
  current(): ReadonlyMap<string, EncodedSecret> | undefined;
  /** Calls `listener` after each replacement; the returned function ends that. */
  onChange(listener: () => void): () => void;
}

/** The secrets that an Envoy asks for: `default`, its certificate, and `ROOTCA`, whom to trust. */
export function encodeSecrets({ keyPem, certChainPem, rootPem }: IdentityCertificates): ReadonlyMap<string, EncodedSecret> {
  const secrets = [
    encode({ name: 'default', type: { case: 'tlsCertificate', value: { certificateChain: inline(certChainPem), privateKey: inline(keyPem) } } }),
    encode({ name: 'ROOTCA', type: { case: 'validationContext', value: { trustedCa: inline(rootPem) } } }),
  ];
  return new Map(secrets.map((secret) => [secret.name, secret]));
}

function encode(fields: MessageInitShape<typeof SecretSchema> & { readonly name: string }): EncodedSecret {
  const message = create(SecretSchema, fields);
  const version = createHash('sha256').update(toBinary(SecretSchema, message)).digest('hex').slice(0, 16);
  return { name: fields.name, version, resource: anyPack(SecretSchema, message) };
}

function inline(text: string): { specifier: { case: 'inlineBytes'; value: Uint8Array } } {
  return { specifier: { case: 'inlineBytes', value: new TextEncoder().encode(text) } };
}
