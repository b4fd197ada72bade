import { matchesWholly } from '@flotilla/resources';
import type { RegexMatcher } from '@flotilla/envoy-api/envoy/type/matcher/v3/regex_pb.js';
import type { StringMatcher } from '@flotilla/envoy-api/envoy/type/matcher/v3/string_pb.js';

/** Whether a value is what Envoy's StringMatcher asks for. */
export function matchesString({ matchPattern, ignoreCase }: StringMatcher, value: string): boolean {
  const folded = ignoreCase ? value.toLowerCase() : value;
  const fold = (wanted: string): string => (ignoreCase ? wanted.toLowerCase() : wanted);
  switch (matchPattern.case) {
    case 'exact':
      return folded === fold(matchPattern.value);
    case 'prefix':
      return folded.startsWith(fold(matchPattern.value));
    case 'suffix':
      return folded.endsWith(fold(matchPattern.value));
    case 'contains':
      return folded.includes(fold(matchPattern.value));
    case 'safeRegex':
      return matchesRegex(matchPattern.value, value);
    default:
      return false;
  }
}

/** Whether all of a value is what the regular expression, in RE2's syntax, describes. */
export function matchesRegex({ regex }: RegexMatcher, value: string): boolean {
  return matchesWholly(regex, value);
}

/** `= value`, `starts with value` and so on, to be told to people. */
export function describeString({ matchPattern }: StringMatcher): string {
  switch (matchPattern.case) {
    case 'exact':
      return `to be "${matchPattern.value}"`;
    case 'prefix':
      return `to start with "${matchPattern.value}"`;
    case 'suffix':
      return `to end with "${matchPattern.value}"`;
    case 'contains':
      return `to contain "${matchPattern.value}"`;
    case 'safeRegex':
      return `to match ${matchPattern.value.regex}`;
    default:
      return 'to match';
  }
}
