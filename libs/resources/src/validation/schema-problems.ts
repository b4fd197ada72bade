import type { TLocalizedValidationError } from 'typebox/error';
import { forDisplay, joinPath } from './place.ts';
import { nearestName } from './nearest-name.ts';
import type { Problem } from '@flotilla/errors';

/** A problem with the shape of a document; an unknown field leaves the rest of it readable. */
export interface ShapeProblem extends Problem {
  readonly unknownField?: true;
}

/** What the schema checker found, in a user's words, a field each. */
export function schemaProblems(errors: readonly TLocalizedValidationError[], document: unknown): ShapeProblem[] {
  return errors.flatMap((error) => describe(error, document));
}

function describe(error: TLocalizedValidationError, document: unknown): ShapeProblem[] {
  const place = locate(error.instancePath, document);
  const { path } = place;
  const found = forDisplay(place.value);
  switch (error.keyword) {
    // Every unknown field is told twice; `additionalProperties` names them all.
    case 'boolean':
      return [];
    case 'additionalProperties':
      return error.params.additionalProperties.map((name) => ({ path: joinPath(path, name), message: 'is not a known field', unknownField: true }));
    case 'required':
      return error.params.requiredProperties.map((name) => ({ path: joinPath(path, name), message: 'is required' }));
    case 'type':
      return [{ path, message: `must be ${typeNames(error.params.type)}`, found }];
    case 'enum': {
      const names = error.params.allowedValues.map(String);
      const meant = nearestName(place.value, names);
      return [{ path, message: `is not one of the allowed values${meant === undefined ? '' : `; did you mean ${meant}?`}`, found, allowed: names.join(', ') }];
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
      return [error.params.pattern.toString().includes('ms')
        ? { path, message: 'is not a duration', found, allowed: 'a number and a unit, as 5s, 250ms, 1m30s' }
        : { path, message: 'does not have the right form', found, allowed: error.params.pattern.toString() }];
    default:
      return [{ path, message: error.message, found }];
  }
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
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    path = joinPath(path, Array.isArray(value) ? Number(key) : key);
    value = (value as Readonly<Record<string, unknown>> | undefined)?.[key];
  }
  return { path, value };
}
