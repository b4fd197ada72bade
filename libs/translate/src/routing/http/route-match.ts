import { create } from '@bufbuild/protobuf';
import {
  HeaderMatcherSchema,
  QueryParameterMatcherSchema,
  type HeaderMatcher,
  type QueryParameterMatcher,
} from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import type { StringMatcher } from '@flotilla/envoy-api/envoy/type/matcher/v3/string_pb.js';
import type { HTTPMatchRequest, StringMatch } from '@flotilla/resources';
import { claimMatcher, claimPath } from './claim-match.ts';
import type { RouteMatchFields } from './route-fields.ts';
import { stringMatcher } from './string-match.ts';

/** Envoy's match for what of a HTTPMatchRequest is about the request itself; without one, every request. */
export function routeMatch(match: HTTPMatchRequest | undefined): RouteMatchFields {
  if (match === undefined) return { pathSpecifier: { case: 'prefix', value: '/' } };
  const headers = Object.entries(match.headers ?? {});
  const withoutHeaders = Object.entries(match.withoutHeaders ?? {});
  return {
    pathSpecifier: pathSpecifier(match.uri),
    ...(match.ignoreUriCase === true && match.uri?.regex === undefined ? { caseSensitive: false } : {}),
    headers: [
      ...headers.filter(([name]) => claimPath(name) === undefined).map(([name, value]) => headerMatcher(name, value)),
      ...withoutHeaders.filter(([name]) => claimPath(name) === undefined).map(([name, value]) => withoutHeader(name, value)),
      ...pseudoHeaders(match),
    ],
    dynamicMetadata: [
      ...headers.flatMap(([name, value]) => claimMatcher(name, value, false)),
      ...withoutHeaders.flatMap(([name, value]) => claimMatcher(name, value, true)),
    ],
    queryParameters: Object.entries(match.queryParams ?? {}).map(([name, value]) => queryParameter(name, value)),
  };
}

function pathSpecifier(uri: StringMatch = {}): NonNullable<RouteMatchFields['pathSpecifier']> {
  const matcher = stringMatcher(uri)?.matchPattern;
  if (matcher?.case === 'exact') return { case: 'path', value: matcher.value };
  if (matcher?.case === 'prefix' || matcher?.case === 'safeRegex') return matcher;
  return { case: 'prefix', value: '/' };
}

function pseudoHeaders({ method, authority, scheme }: HTTPMatchRequest): HeaderMatcher[] {
  return Object.entries({ ':method': method, ':authority': authority, ':scheme': scheme }).flatMap(([name, value]) =>
    value === undefined ? [] : [headerMatcher(name, value)],
  );
}

function headerMatcher(name: string, match: StringMatch): HeaderMatcher {
  return create(HeaderMatcherSchema, { name, headerMatchSpecifier: valueMatch(match) });
}

/** A request without the header is one without the value: Envoy would let it fail the inverted match otherwise. */
function withoutHeader(name: string, match: StringMatch): HeaderMatcher {
  const matcher = headerMatcher(name, match);
  matcher.invertMatch = true;
  matcher.treatMissingHeaderAsEmpty = matcher.headerMatchSpecifier.case === 'stringMatch';
  return matcher;
}

function queryParameter(name: string, match: StringMatch): QueryParameterMatcher {
  return create(QueryParameterMatcherSchema, { name, queryParameterMatchSpecifier: valueMatch(match) });
}

/** The value of a header or query parameter: this one, or any as long as there is one. */
function valueMatch(match: StringMatch): { case: 'presentMatch'; value: true } | { case: 'stringMatch'; value: StringMatcher } {
  const matcher = stringMatcher(match);
  return matcher === undefined ? { case: 'presentMatch', value: true } : { case: 'stringMatch', value: matcher };
}
