import { isRecord } from '@flotilla/resources';
import type { CelRules } from './cel-rules.ts';
import { refusedTogether } from './choices.ts';

/** A schema as the API server takes it; https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema */
export type StructuralSchema = Readonly<Record<string, unknown>>;

/** What both dialects write alike. */
const shared = ['description', 'minimum', 'maximum', 'minItems', 'pattern'] as const;

/**
 * A JSON Schema of `libs/resources` as a structural schema of OpenAPI v3: every value has a type, maps say what is in
 * them, and that other fields are refused is left to the API server.
 *
 * @param path where the schema is within the resource, as `spec.http[].match[]`; maps are `headers{}`
 */
export function structuralSchema(schema: unknown, path: string, rules: CelRules): StructuralSchema {
  const written = isRecord(schema) ? schema : {};
  const common = {
    ...Object.fromEntries(shared.flatMap((field) => (written[field] === undefined ? [] : [[field, written[field]]]))),
    ...(rules[path] === undefined ? {} : { 'x-kubernetes-validations': rules[path] }),
  };
  const names = namesOf(written);
  if (names !== undefined) return { ...common, type: typeof names[0] === 'number' ? 'integer' : 'string', enum: names };
  // Numbers of 64 bits are numbers or texts.
  if (Array.isArray(written['type'])) return { ...withoutBounds(common), 'x-kubernetes-int-or-string': true };
  switch (written['type']) {
    case 'object':
      return { ...common, type: 'object', ...content(written, path, rules) };
    case 'array':
      return { ...common, type: 'array', items: structuralSchema(written['items'], `${path}[]`, rules) };
    case undefined:
      return { ...common, 'x-kubernetes-preserve-unknown-fields': true };
    default:
      return { ...common, type: written['type'] };
  }
}

function namesOf({ enum: names, const: only }: Record<string, unknown>): unknown[] | undefined {
  if (Array.isArray(names)) return names as unknown[];
  return only === undefined ? undefined : [only];
}

function withoutBounds(schema: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(schema).filter(([field]) => !['minimum', 'maximum', 'pattern'].includes(field)));
}

function content({ properties, patternProperties, required }: Record<string, unknown>, path: string, rules: CelRules): StructuralSchema {
  if (isRecord(properties)) {
    return {
      ...refusedTogether(Object.keys(properties)),
      ...(Array.isArray(required) && required.length > 0 ? { required } : {}),
      properties: Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, structuralSchema(schema, `${path}.${name}`, rules)])),
    };
  }
  const entry = isRecord(patternProperties) ? Object.values(patternProperties)[0] : undefined;
  // Whatever is in it is kept as it is.
  if (entry === undefined || (isRecord(entry) && Object.keys(entry).length === 0)) return { 'x-kubernetes-preserve-unknown-fields': true };
  return { additionalProperties: structuralSchema(entry, `${path}{}`, rules) };
}
