import type { TObject, TSchema } from 'typebox';

/** One setting as its schema describes it, with the names it goes by outside. */
export interface Setting {
  /** The property of the schema, as `xdsPort`. */
  readonly property: string;
  /** `xds-port`, written `--xds-port` on a command line. */
  readonly flag: string;
  /** `FLOTILLA_XDS_PORT`. */
  readonly variable: string;
  readonly kind: 'boolean' | 'number' | 'text' | 'list';
  /** What is allowed, in words: `integer >= 1`, `one of x, y`. */
  readonly allowed: string;
  readonly description: string;
  readonly fallback: unknown;
  readonly required: boolean;
}

/** What a JSON schema of a single value may say, as far as settings go. */
interface ValueSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly ValueSchema[];
  readonly const?: unknown;
  readonly items?: ValueSchema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly description?: string;
  readonly default?: unknown;
}

/** The settings of a flat object schema, in its order. */
export function settingsOf(schema: TObject): Setting[] {
  return Object.entries<TSchema & ValueSchema>(schema.properties).map(([property, value]) => {
    const words = property.replace(/[A-Z]+(?![a-z])|[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);
    return {
      property,
      flag: words,
      variable: `FLOTILLA_${words.replaceAll('-', '_').toUpperCase()}`,
      kind: kindOf(value),
      allowed: allowedBy(value),
      description: value.description ?? '',
      fallback: value.default,
      required: schema.required.includes(property) && value.default === undefined,
    };
  });
}

function kindOf(schema: ValueSchema): Setting['kind'] {
  if (schema.type === 'boolean') return 'boolean';
  if (schema.type === 'array') return 'list';
  return schema.type === 'integer' || schema.type === 'number' ? 'number' : 'text';
}

/** What `schema` lets through, in words for a user. */
function allowedBy(schema: ValueSchema): string {
  const choices = schema.enum ?? schema.anyOf?.map((choice) => choice.const);
  if (choices !== undefined) return `one of ${choices.join(', ')}`;
  if (schema.type === 'array') return `${schema.items === undefined ? 'values' : allowedBy(schema.items)}, separated by commas`;
  return [
    schema.format ?? schema.type ?? 'text',
    schema.minimum === undefined ? '' : `>= ${schema.minimum}`,
    schema.maximum === undefined ? '' : `<= ${schema.maximum}`,
    schema.minLength === undefined ? '' : 'not empty',
    schema.pattern === undefined ? '' : `matching ${schema.pattern}`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}
