import { create } from '@bufbuild/protobuf';
import { StringMatcherSchema, type StringMatcher } from '@flotilla/envoy-api/envoy/type/matcher/v3/string_pb.js';
import type { StringMatch } from '@flotilla/resources';

/**
 * Envoy's matcher for a StringMatch, or undefined where any value will do: an empty match, an
 * empty prefix or regex (which Envoy refuses), and `*`, which people write for "whatever it is"
 * though it is no regular expression.
 */
export function stringMatcher(match: StringMatch): StringMatcher | undefined {
  if (match.exact !== undefined) return create(StringMatcherSchema, { matchPattern: { case: 'exact', value: match.exact } });
  if (match.prefix !== undefined && match.prefix !== '') {
    return create(StringMatcherSchema, { matchPattern: { case: 'prefix', value: match.prefix } });
  }
  if (match.regex !== undefined && match.regex !== '' && match.regex !== '*') {
    return create(StringMatcherSchema, { matchPattern: { case: 'safeRegex', value: { regex: match.regex } } });
  }
  return undefined;
}
