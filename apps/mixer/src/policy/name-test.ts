import type { StringTest } from '@flotilla/resources';

/** The test for a name as Istio's policies write it: whole, or `*` at its beginning or end for anything. */
export function nameTest(pattern: string): StringTest {
  if (pattern === '*') return (value) => value !== '';
  if (pattern.startsWith('*')) return (value) => value.endsWith(pattern.slice(1));
  if (pattern.endsWith('*')) return (value) => value.startsWith(pattern.slice(0, -1));
  return (value) => value === pattern;
}
