import type { StringMatch } from '@flotilla/resources';
import { RE2JS } from 're2js';

/** Tells whether a value is one of those meant. */
export type ValueTest = (value: string) => boolean;

/** The test a StringMatch stands for; an empty one takes any value. Regular expressions match the whole value, in linear time. */
export function valueTest({ exact, prefix, regex }: StringMatch): ValueTest {
  if (exact !== undefined) return (value) => value === exact;
  if (prefix !== undefined) return (value) => value.startsWith(prefix);
  if (regex === undefined || regex === '*') return () => true;
  const compiled = RE2JS.compile(regex);
  return (value) => compiled.matches(value);
}

/** The test for a name as Istio's policies write it: whole, or `*` at its beginning or end for anything. */
export function nameTest(pattern: string): ValueTest {
  if (pattern === '*') return (value) => value !== '';
  if (pattern.startsWith('*')) return (value) => value.endsWith(pattern.slice(1));
  if (pattern.endsWith('*')) return (value) => value.startsWith(pattern.slice(0, -1));
  return (value) => value === pattern;
}
