import { create, type DescMessage, type MessageInitShape } from '@bufbuild/protobuf';
import { anyPack, type Any } from '@bufbuild/protobuf/wkt';

/** A typed configuration: a message packed with its type's URL. */
export function typedConfig<D extends DescMessage>(schema: D, init: MessageInitShape<D>): Any {
  return anyPack(schema, create(schema, init));
}

/** A message known by name alone to protobuf, for extensions whose empty configuration says all. */
export function emptyConfig(type: string): { typeUrl: string; value: Uint8Array } {
  return { typeUrl: `type.googleapis.com/${type}`, value: new Uint8Array() };
}
