import type { Route } from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';

/** Whether a route takes every request, so that those after it are never reached. */
export function isCatchAll({ match }: Route): boolean {
  if (match === undefined) return false;
  const { pathSpecifier: path } = match;
  const anyPath = (path.case === 'prefix' && path.value === '/') || (path.case === 'safeRegex' && path.value.regex === '.*');
  return anyPath && match.headers.length === 0 && match.queryParameters.length === 0 && match.dynamicMetadata.length === 0;
}
