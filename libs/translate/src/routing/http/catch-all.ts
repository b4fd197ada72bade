import type { RouteFields } from './route-fields.ts';

/** Whether a route takes every request, so that those after it are never reached. */
export function isCatchAll({ match }: RouteFields): boolean {
  if (match === undefined) return false;
  const { pathSpecifier: path, headers = [], queryParameters = [], dynamicMetadata = [] } = match;
  const anyPath = (path?.case === 'prefix' && path.value === '/') || (path?.case === 'safeRegex' && path.value.regex === '.*');
  return anyPath && headers.length === 0 && queryParameters.length === 0 && dynamicMetadata.length === 0;
}
