import { createHash } from 'node:crypto';
import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { anyPack, type Any } from '@bufbuild/protobuf/wkt';
import { SecretSchema } from '@flotilla/envoy-api/envoy/extensions/transport_sockets/tls/v3/secret_pb.js';

/** A secret as it is sent to Envoy. */
export interface EncodedSecret {
  readonly name: string;
  /** Differs whenever the content does. */
  readonly version: string;
  readonly resource: Any;
}

/** @param fields of a certificate with its key, or of whom to trust */
export function encodeSecret(fields: MessageInitShape<typeof SecretSchema> & { readonly name: string }): EncodedSecret {
  const message = create(SecretSchema, fields);
  const version = createHash('sha256').update(toBinary(SecretSchema, message)).digest('hex').slice(0, 16);
  return { name: fields.name, version, resource: anyPack(SecretSchema, message) };
}

/** Text that is a part of a secret itself, as PEM. */
export function inlineText(text: string): { specifier: { case: 'inlineBytes'; value: Uint8Array } } {
  return { specifier: { case: 'inlineBytes', value: new TextEncoder().encode(text) } };
}
