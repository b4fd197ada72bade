import type { TSchema } from 'typebox';
import { Check } from 'typebox/value';
import { entryShape, type Shape } from '../schema/shape.ts';
import { isRecord } from './record.ts';

/**
 * A copy of a document that fits the schema as far as may be: unknown fields dropped, broken optional
 * fields left out, broken or missing required ones replaced by something empty.
 */
export function mend(schema: TSchema, document: unknown): unknown {
  return mended(schema, document) ?? empty(schema);
}

function mended(shape: Shape, value: unknown): unknown {
  if (Array.isArray(value) && shape.items !== undefined) {
    const { items, minItems = 0 } = shape;
    const made = value.map((item) => mended(items, item) ?? empty(items));
    while (made.length < minItems) made.push(empty(items));
    return made;
  }
  if (isRecord(value) && shape.properties !== undefined) return mendedFields(shape, shape.properties, value);
  const entry = entryShape(shape);
  if (isRecord(value) && entry !== undefined) {
    const entries = Object.entries(value).map(([key, item]) => [key, mended(entry, item)] as const);
    return Object.fromEntries(entries.filter(([, item]) => item !== undefined));
  }
  return Check(shape as TSchema, value) ? value : undefined;
}

function mendedFields(shape: Shape, properties: Readonly<Record<string, Shape>>, value: Record<string, unknown>): unknown {
  const made: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(properties)) {
    const found = Object.hasOwn(value, name) ? mended(field, value[name]) : undefined;
    if (found !== undefined) made[name] = found;
    else if (shape.required?.includes(name) === true) made[name] = empty(field);
  }
  return made;
}

function empty(shape: Shape): unknown {
  if (shape.const !== undefined) return shape.const;
  if (shape.enum !== undefined) return shape.enum[0];
  if (shape.properties !== undefined) return mendedFields(shape, shape.properties, {});
  if (shape.patternProperties !== undefined) return {};
  if (shape.items !== undefined) return Array.from({ length: shape.minItems ?? 0 }, () => empty(shape.items ?? {}));
  if (shape.type === 'string') return shape.pattern === undefined ? '' : '1s';
  if (shape.type === 'boolean') return false;
  return shape.minimum ?? 0;
}
