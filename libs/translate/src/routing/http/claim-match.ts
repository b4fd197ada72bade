import { create } from '@bufbuild/protobuf';
import { MetadataMatcherSchema, type MetadataMatcher } from '@flotilla/envoy-api/envoy/type/matcher/v3/metadata_pb.js';
import { ValueMatcherSchema, type ValueMatcher } from '@flotilla/envoy-api/envoy/type/matcher/v3/value_pb.js';
import type { StringMatch } from '@flotilla/resources';
import { stringMatcher } from './string-match.ts';

const jwtFilter = 'envoy.filters.http.jwt_authn';
/** Where the JWT filter puts a token's claims in its dynamic metadata. */
const payload = 'payload';
const claims = '@request.auth.claims';

/**
 * The claim that a header name stands for: `@request.auth.claims.group.id` and
 * `@request.auth.claims[group][id]` are `['group', 'id']`; undefined for a real header.
 */
export function claimPath(header: string): string[] | undefined {
  if (!header.toLowerCase().startsWith(claims)) return undefined;
  const rest = header.slice(claims.length);
  if (/^(\[[^[\]]+\])+$/.test(rest)) return rest.slice(1, -1).split('][');
  if (/^(\.[^.]+)+$/.test(rest)) return rest.slice(1).split('.');
  return undefined;
}

/**
 * The matcher for a claim of the request's JWT: a string, or a list that holds such a string.
 * Empty where `header` names no claim.
 */
export function claimMatcher(header: string, match: StringMatch, invert: boolean): MetadataMatcher[] {
  const path = claimPath(header);
  if (path === undefined) return [];
  return [
    create(MetadataMatcherSchema, {
      filter: jwtFilter,
      path: [payload, ...path].map((key) => ({ segment: { case: 'key' as const, value: key } })),
      value: claimValue(match),
      invert,
    }),
  ];
}

function claimValue(match: StringMatch): ValueMatcher {
  const matcher = stringMatcher(match);
  if (matcher === undefined) return create(ValueMatcherSchema, { matchPattern: { case: 'presentMatch', value: true } });
  const value = create(ValueMatcherSchema, { matchPattern: { case: 'stringMatch', value: matcher } });
  const list = create(ValueMatcherSchema, { matchPattern: { case: 'listMatch', value: { matchPattern: { case: 'oneOf', value } } } });
  return create(ValueMatcherSchema, { matchPattern: { case: 'orMatch', value: { valueMatchers: [value, list] } } });
}
