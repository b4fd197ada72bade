import { create, type DescMessage, type MessageInitShape } from '@bufbuild/protobuf';
import { AnySchema, type Any } from '@bufbuild/protobuf/wkt';
import { encode } from './wire/encode.ts';

/**
 * A typed configuration: a message packed with its type's URL.
 *
 * @param encoded further fields of the message, encoded already
 */
export function typedConfig<D extends DescMessage>(schema: D, fields: MessageInitShape<D>, encoded?: Uint8Array): Any {
  return create(AnySchema, { typeUrl: `type.googleapis.com/${schema.typeName}`, value: encode(schema, fields, encoded) });
}
