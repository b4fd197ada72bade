import { entryShape, type Shape } from '../schema/shape.ts';
import { joinPath } from '../validation/place.ts';
import { isRecord } from '../validation/record.ts';

/** One field that a document sets. */
export interface SetField {
  /** As the schema has it: `spec.http[].match[].headers{}.exact`. */
  readonly field: string;
  /** As the document has it: `spec.http[0].match[0].headers["end-user"].exact`. */
  readonly path: string;
  /** The keys that lead to it. */
  readonly keys: readonly (string | number)[];
}

/**
 * Every field of a message and of those within it, as paths: `[]` for the items of a list, `{}` for the
 * values of a map. Messages are named themselves, before their fields.
 */
export function fieldsOf(shape: Shape, path = ''): string[] {
  if (shape.items !== undefined) return fieldsOf(shape.items, `${path}[]`);
  const entry = entryShape(shape);
  if (entry !== undefined) return fieldsOf(entry, `${path}{}`);
  return Object.entries(shape.properties ?? {}).flatMap(([name, field]) => {
    const at = joinPath(path, name);
    return [at, ...fieldsOf(field, at)];
  });
}

/** The fields that a document of this shape sets, outer ones first. */
export function* fieldsSet(shape: Shape, value: unknown, at: SetField = { field: '', path: '', keys: [] }): Generator<SetField> {
  if (Array.isArray(value) && shape.items !== undefined) {
    for (const [index, item] of value.entries()) yield* fieldsSet(shape.items, item, below(at, `${at.field}[]`, index));
    return;
  }
  if (!isRecord(value)) return;
  const entry = entryShape(shape);
  for (const [name, item] of Object.entries(value)) {
    if (entry !== undefined) {
      yield* fieldsSet(entry, item, below(at, `${at.field}{}`, name));
      continue;
    }
    const field = shape.properties?.[name];
    if (field === undefined) continue;
    const here = below(at, joinPath(at.field, name), name);
    yield here;
    yield* fieldsSet(field, item, here);
  }
}

function below({ path, keys }: SetField, field: string, key: string | number): SetField {
  return { field, path: joinPath(path, key), keys: [...keys, key] };
}
