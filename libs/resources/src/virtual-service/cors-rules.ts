import { durationNanoseconds } from '../duration.ts';
import { checkDuration } from '../validation/duration.ts';
import { each, type Place } from '../validation/place.ts';
import { checkStringMatch } from '../validation/string-match.ts';
import type { CorsPolicy } from './http-actions.ts';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', '*'];

/** Which other sites' scripts may ask, and how. */
export function checkCors(policy: CorsPolicy | undefined, at: Place): void {
  if (policy === undefined) return;
  if (policy.allowOrigin !== undefined) at.at('allowOrigin').warn('is deprecated', { allowed: 'allowOrigins' });
  each(policy.allowOrigins, at.at('allowOrigins'), (origin, here) => {
    checkStringMatch(origin, here, { emptyPrefix: true });
    if (!origin.exact && !origin.prefix && !origin.regex) here.refuse('matches no origin', { allowed: 'exact, prefix or regex' });
  });
  each(policy.allowMethods, at.at('allowMethods'), (method, here) => {
    if (!methods.includes(method)) here.refuse('is not a method', { found: method, allowed: methods.join(', ') });
  });
  for (const field of ['allowHeaders', 'exposeHeaders'] as const) {
    each(policy[field], at.at(field), (name, here) => {
      if (name === '') here.refuse('is a header without a name');
    });
  }
  const { maxAge } = policy;
  checkDuration(maxAge, at.at('maxAge'));
  if (maxAge !== undefined && (durationNanoseconds(maxAge) ?? 0) % 1e9 !== 0) at.at('maxAge').refuse('is finer than seconds', { found: maxAge, allowed: 'whole seconds' });
}
