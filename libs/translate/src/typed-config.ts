import type { DescMessage, MessageInitShape } from '@bufbuild/protobuf';
import type { Any } from '@bufbuild/protobuf/wkt';
import { encode } from './wire/encode.ts';

/**
 * A typed configuration: a message packed with its type's URL.
 *
 * @param encoded further fields of the message, encoded already
 */
export function typedConfig<D extends DescMessage>(schema: D, fields: MessageInitShape<D>, encoded?: Uint8Array): Any {
  // What `create` makes, of which every cluster has several.
  return { $typeName: 'google.protobuf.Any', typeUrl: `type.googleapis.com/${schema.typeName}`, value: encode(schema, fields, encoded) };
}
