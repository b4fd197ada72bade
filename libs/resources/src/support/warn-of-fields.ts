import type { TSchema } from 'typebox';
import type { KindName } from '../resource.ts';
import type { Place } from '../validation/place.ts';
import { unsupported, unsupportedFields } from './field-support.ts';
import { fieldsSet } from './fields.ts';

/** Warns of every field that a resource sets and that has no effect; of a message once, not of all that is in it. */
export function warnOfFields(kind: KindName, schema: TSchema, document: unknown, at: Place): void {
  if (unsupportedFields[kind] === undefined) return;
  let outer: string | undefined;
  for (const { field, path, keys } of fieldsSet(schema, document)) {
    const found = unsupported(kind, field);
    if (found === undefined || found.refused || (outer !== undefined && path.startsWith(outer))) continue;
    outer = path;
    keys.reduce<Place>((place, key) => place.at(key), at).warn(`has no effect: ${found.reason}`);
  }
}
