import type { Problem } from '@flotilla/errors';
import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { Settings } from 'typebox/system';
import { mend } from './mend.ts';
import { Place } from './place.ts';
import { schemaProblems } from './schema-problems.ts';

/** What a schema cannot say of a document: looks at it and leaves problems at their places. */
export type Rules<T> = (document: T, at: Place) => void;

/** A user's mistakes are told all at once; this only bounds what a hostile document can cost. */
const mostProblems = 1000;

/**
 * Makes a function that finds everything wrong with a document: what breaks the schema and what breaks
 * the rules, together. The schema is compiled at the first call, for that takes milliseconds.
 */
export function checkDocument<T>(schema: TSchema, rules: Rules<T>): (document: unknown) => Problem[] {
  let validator: Validator | undefined;
  return (document) => {
    validator ??= Compile<TSchema, Validator>(schema);
    const problems: Problem[] = [];
    if (validator.Check(document)) {
      rules(document as T, Place.root(problems));
      return problems;
    }
    Settings.Set({ maxErrors: mostProblems });
    const found = schemaProblems(validator.Errors(document), schema, document);
    const broken: Problem[] = found.map((shape) => shape.problem);
    const mended = mend(schema, document);
    // Rules know only documents of the right shape: they see one with the broken parts made good,
    // and what they say about those parts is left out.
    if (!validator.Check(mended)) return broken;
    rules(mended as T, Place.root(problems));
    const inTheWay = found.filter((shape) => !shape.unknownField).map((shape) => shape.problem.path);
    return [
      ...broken,
      ...problems.filter((problem) => !inTheWay.some((path) => related(path, problem.path))),
    ];
  };
}

/** Whether one of the paths leads to the other, or both are the same. */
function related(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  return long.startsWith(short) && (long.length === short.length || short === '' || '.['.includes(long.charAt(short.length)));
}
