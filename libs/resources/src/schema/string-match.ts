import type { Static } from 'typebox';
import { message } from './message.ts';
import { text } from './scalars.ts';

/** A string compared whole, by its beginning, or by an RE2 expression: exactly one of the three. */
export const StringMatch = message(
  {},
  { exact: text(), prefix: text(), regex: text({ description: 'An RE2 regular expression that matches the whole value.' }) },
);
export type StringMatch = Static<typeof StringMatch>;
