import type { HeaderMatcher, QueryParameterMatcher, Route, RouteMatch } from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import { describeString, matchesRegex, matchesString } from './match-string.ts';
import { authorityOf, type ExplainRequest } from './request.ts';

/** Why a route is not for a request, as a sentence without its subject; undefined if it is. */
export function mismatchOf({ match }: Route, request: ExplainRequest): string | undefined {
  if (match === undefined) return 'matches nothing';
  const query = new URLSearchParams(/\?[^#]*/.exec(request.path)?.[0]);
  return (
    pathMismatch(match, request) ??
    firstOf(match.headers, (matcher) => headerMismatch(matcher, headerValue(request, matcher.name))) ??
    firstOf(match.queryParameters, (matcher) => queryMismatch(matcher, query.get(matcher.name) ?? undefined)) ??
    (match.dynamicMetadata.length > 0 ? 'asks for claims of a token, which the request has none of' : undefined) ??
    (match.runtimeFraction?.defaultValue?.numerator === 0 ? 'is for none of the requests' : undefined)
  );
}

/** Without query and fragment, of which paths are matched without. */
export function pathOf({ path }: ExplainRequest): string {
  return path.split(/[?#]/, 1)[0] ?? path;
}

function firstOf<T>(all: readonly T[], reason: (one: T) => string | undefined): string | undefined {
  for (const one of all) {
    const found = reason(one);
    if (found !== undefined) return found;
  }
  return undefined;
}

function pathMismatch({ pathSpecifier, caseSensitive }: RouteMatch, request: ExplainRequest): string | undefined {
  if (pathSpecifier.case === 'connectMatcher') return request.method === 'CONNECT' ? undefined : 'is for tunnels, which CONNECT asks for';
  if (request.method === 'CONNECT') return 'asks for a path, which CONNECT has none of';
  const actual = pathOf(request);
  const fold = (text: string): string => (caseSensitive === false ? text.toLowerCase() : text);
  const path = fold(actual);
  switch (pathSpecifier.case) {
    case 'path':
      return path === fold(pathSpecifier.value) ? undefined : `asks for the path ${pathSpecifier.value}`;
    case 'prefix':
      return path.startsWith(fold(pathSpecifier.value)) ? undefined : `asks for a path that starts with ${pathSpecifier.value}`;
    case 'pathSeparatedPrefix': {
      const prefix = fold(pathSpecifier.value);
      return path === prefix || path.startsWith(`${prefix}/`) ? undefined : `asks for a path at or below ${pathSpecifier.value}`;
    }
    case 'safeRegex':
      return matchesRegex(pathSpecifier.value, actual) ? undefined : `asks for a path that matches ${pathSpecifier.value.regex}`;
    default:
      return `asks for ${pathSpecifier.case ?? 'no path at all'}`;
  }
}

function headerValue(request: ExplainRequest, name: string): string | undefined {
  switch (name) {
    case ':path':
      return request.path;
    case ':method':
      return request.method;
    case ':authority':
    case 'host':
      return authorityOf(request);
    case ':scheme':
      return request.tls === 'plaintext' ? 'http' : 'https';
    default:
      return request.headers[name.toLowerCase()]?.join(',');
  }
}

function headerMismatch(matcher: HeaderMatcher, found: string | undefined): string | undefined {
  const { name, headerMatchSpecifier: specifier, invertMatch, treatMissingHeaderAsEmpty } = matcher;
  const value = found ?? (treatMissingHeaderAsEmpty ? '' : undefined);
  const told = value === undefined || value === '' ? 'there is none' : `it is "${value}"`;
  if (specifier.case === 'stringMatch') {
    // A header that is not there satisfies nothing, not even a match that is inverted.
    const holds = value !== undefined && matchesString(specifier.value, value) !== invertMatch;
    return holds ? undefined : `asks header ${name} ${invertMatch ? 'not ' : ''}${describeString(specifier.value)}; ${told}`;
  }
  if (specifier.case === 'presentMatch' || specifier.case === undefined) {
    const wanted = (specifier.value ?? true) !== invertMatch;
    return (value !== undefined) === wanted ? undefined : `asks for ${wanted ? 'a' : 'no'} header ${name}; ${told}`;
  }
  return `asks header ${name} for what is not known before the request is made`;
}

function queryMismatch({ name, queryParameterMatchSpecifier: specifier }: QueryParameterMatcher, value: string | undefined): string | undefined {
  const told = value === undefined ? 'there is none' : `it is "${value}"`;
  if (specifier.case === 'stringMatch') return value !== undefined && matchesString(specifier.value, value) ? undefined : `asks query parameter ${name} ${describeString(specifier.value)}; ${told}`;
  const wanted = specifier.case === 'presentMatch' ? specifier.value : true;
  return (value !== undefined) === wanted ? undefined : `asks for ${wanted ? 'a' : 'no'} query parameter ${name}; ${told}`;
}
