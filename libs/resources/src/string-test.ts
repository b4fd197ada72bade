import { RE2JS } from 're2js';
import type { StringMatch } from './schema/string-match.ts';

/** Tells whether a value is one of those meant. */
export type StringTest = (value: string) => boolean;

/** The test a StringMatch stands for; an empty one takes any value. Regular expressions match the whole value, in linear time. */
export function stringTest({ exact, prefix, regex }: StringMatch): StringTest {
  if (exact !== undefined) return (value) => value === exact;
  if (prefix !== undefined) return (value) => value.startsWith(prefix);
  if (regex === undefined || regex === '*') return () => true;
  const compiled = RE2JS.compile(regex);
  return (value) => compiled.matches(value);
}
