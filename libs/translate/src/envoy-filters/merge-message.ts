import { create, type DescMessage, type Message, type MessageShape } from '@bufbuild/protobuf';
import { reflect, type ReflectMessage } from '@bufbuild/protobuf/reflect';
import { AnySchema, anyPack, anyUnpack, type Any } from '@bufbuild/protobuf/wkt';
import { typeRegistry } from '../type-registry.ts';

/** What a list that is in both messages becomes. */
export type Lists = 'append' | 'replace';

/** Messages that are one value, of which a part means nothing. */
const whole = new Set(['google.protobuf.Duration', 'google.protobuf.Timestamp', 'google.protobuf.Value', 'google.protobuf.ListValue']);

/**
 * Merges a message into another, as protobuf does, but for durations, which are replaced, and for packed messages of
 * one type, which are merged where protobuf would replace them.
 *
 * @param patch must be nobody else's, for parts of it become the target's
 */
export function mergeMessage<D extends DescMessage>(schema: D, target: MessageShape<D>, patch: MessageShape<D>, lists: Lists): void {
  mergeFields(reflect(schema, target), reflect(schema, patch), lists);
}

function mergeFields(target: ReflectMessage, patch: ReflectMessage, lists: Lists): void {
  for (const field of patch.fields) {
    if (!patch.isSet(field)) continue;
    switch (field.fieldKind) {
      case 'list': {
        const into = target.get(field);
        if (lists === 'replace') into.clear();
        for (const item of patch.get(field)) into.add(item);
        break;
      }
      case 'map': {
        const into = target.get(field);
        for (const [key, value] of patch.get(field)) into.set(key, value);
        break;
      }
      case 'message':
        target.set(field, target.isSet(field) ? merged(target.get(field), patch.get(field), lists) : patch.get(field));
        break;
      default:
        target.set(field, patch.get(field));
    }
  }
}

function merged(target: ReflectMessage, patch: ReflectMessage, lists: Lists): ReflectMessage {
  const { typeName } = patch.desc;
  if (typeName === AnySchema.typeName) return mergedPacked(target.message as Any, patch.message as Any, lists) ?? patch;
  if (whole.has(typeName)) return patch;
  mergeFields(target, patch, lists);
  return target;
}

/** Two packed messages of one type merged; nothing where they are of two, or of one that is not known. */
function mergedPacked(target: Any, patch: Any, lists: Lists): ReflectMessage | undefined {
  const schema = target.typeUrl === patch.typeUrl ? typeRegistry.getMessage(typeNameOf(target)) : undefined;
  if (schema === undefined) return undefined;
  const [into, from] = [unpacked(target, schema), unpacked(patch, schema)];
  mergeMessage(schema, into, from, lists);
  return reflect(AnySchema, anyPack(schema, into));
}

function typeNameOf({ typeUrl }: Any): string {
  return typeUrl.slice(typeUrl.lastIndexOf('/') + 1);
}

function unpacked(any: Any, schema: DescMessage): Message {
  return anyUnpack(any, schema) ?? create(schema);
}
