import type { Problem } from '@flotilla/errors';
import type { TSchema } from 'typebox';
import type { TLocalizedValidationError } from 'typebox/error';
import { durationPattern } from '../duration.ts';
import { nearestName } from './nearest-name.ts';
import { forDisplay, joinPath } from './place.ts';
import { isRecord } from './record.ts';

/** A problem with the shape of a document; an unknown field leaves the rest of it readable. */
export interface ShapeProblem {
  readonly problem: Problem;
  readonly unknownField: boolean;
}

/** What the schema checker found, in a user's words, a field each. */
export function schemaProblems(errors: readonly TLocalizedValidationError[], schema: TSchema, document: unknown): ShapeProblem[] {
  return errors.flatMap((error) => {
    const unknownField = error.keyword === 'additionalProperties';
    return describe(error, schema, document).map((problem) => ({ problem, unknownField }));
  });
}

function describe(error: TLocalizedValidationError, schema: TSchema, document: unknown): Problem[] {
  const { path, value } = locate(error.instancePath, document);
  const found = forDisplay(value);
  switch (error.keyword) {
    // Every unknown field is told twice; `additionalProperties` names them all.
    case 'boolean':
      return [];
    case 'additionalProperties':
      return error.params.additionalProperties.map((name) => ({
        path: joinPath(path, name),
        message: `is not a known field${hint(name, fieldsAt(error.schemaPath, schema))}`,
      }));
    case 'required':
      return error.params.requiredProperties.map((name) => ({ path: joinPath(path, name), message: 'is required' }));
    case 'type':
      return [{ path, message: `must be ${typeNames(error.params.type)}`, found }];
    case 'enum': {
      const names = error.params.allowedValues.map(String);
      return [{ path, message: `is not one of the allowed values${hint(value, names)}`, found, allowed: names.join(', ') }];
    }
    case 'const':
      return [{ path, message: 'is not the allowed value', found, allowed: String(error.params.allowedValue) }];
    case 'minimum':
      return [{ path, message: 'is too small', found, allowed: `${error.params.limit} or more` }];
    case 'maximum':
      return [{ path, message: 'is too large', found, allowed: `${error.params.limit} or less` }];
    case 'minItems':
      return [{ path, message: `must have at least ${error.params.limit} item${error.params.limit === 1 ? '' : 's'}` }];
    case 'pattern':
      return [{ path, found, ...formOf(error.params.pattern.toString()) }];
    default:
      return [{ path, message: error.message, found }];
  }
}

function hint(found: unknown, names: readonly string[]): string {
  const meant = nearestName(found, names);
  return meant === undefined ? '' : `; did you mean ${meant}?`;
}

/** The names of the fields that the schema at a JSON pointer such as `#/properties/spec` knows. */
function fieldsAt(pointer: string, schema: TSchema): string[] {
  let at: unknown = schema;
  for (const key of pointer.split('/').slice(1)) at = isRecord(at) ? at[unescaped(key)] : undefined;
  return isRecord(at) && isRecord(at['properties']) ? Object.keys(at['properties']) : [];
}

function formOf(pattern: string): Pick<Problem, 'message' | 'allowed'> {
  return pattern.includes(durationPattern)
    ? { message: 'is not a duration', allowed: 'a number and a unit, as 5s, 250ms or 1m30s' }
    : { message: 'does not have the right form', allowed: pattern };
}

const spoken: Readonly<Record<string, string>> = {
  string: 'a string',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'a map of fields',
  array: 'a list',
};

function typeNames(type: string | readonly string[]): string {
  return [type].flat().map((name) => spoken[name] ?? name).join(' or ');
}

/** Walks a JSON pointer down the document, for the value there and the path as people write it. */
function locate(pointer: string, document: unknown): { path: string; value: unknown } {
  let path = '';
  let value = document;
  for (const part of pointer.split('/').slice(1)) {
    const key = unescaped(part);
    path = joinPath(path, Array.isArray(value) ? Number(key) : key);
    value = (value as Readonly<Record<string, unknown>> | undefined)?.[key];
  }
  return { path, value };
}

const unescaped = (key: string): string => key.replaceAll('~1', '/').replaceAll('~0', '~');
