import { checkDuration } from '../validation/duration.ts';
import type { Place } from '../validation/place.ts';
import type { HTTPRetry } from './http-actions.ts';

/** Envoy's reasons to try again, of `x-envoy-retry-on` and `x-envoy-retry-grpc-on`. */
const reasons = [
  '5xx',
  'gateway-error',
  'reset',
  'reset-before-request',
  'connect-failure',
  'envoy-ratelimited',
  'retriable-4xx',
  'refused-stream',
  'retriable-status-codes',
  'retriable-headers',
  'http3-post-connect-failure',
  'cancelled',
  'deadline-exceeded',
  'internal',
  'resource-exhausted',
  'unavailable',
];
/** The status codes of IANA's registry. */
const statuses = /^(10[0-3]|20[0-8]|226|30[0-578]|40\d|41[0-8]|42[1-689]|431|451|50[0-8]|51[01])$/;

export function checkRetries(retries: HTTPRetry | undefined, at: Place): void {
  if (retries === undefined) return;
  const { attempts = 0, perTryTimeout, retryOn, retryRemoteLocalities, backoff } = retries;
  if (attempts < 0) at.at('attempts').refuse('must not be negative', { found: attempts, allowed: '0 or more' });
  if (attempts === 0 && (perTryTimeout !== undefined || retryOn || retryRemoteLocalities !== undefined)) {
    at.at('attempts').refuse('is 0, which turns off retries that the other fields describe', { allowed: '1 or more, or no other fields' });
  }
  checkDuration(perTryTimeout, at.at('perTryTimeout'));
  checkDuration(backoff, at.at('backoff'));
  for (const reason of retryOn ? retryOn.split(',') : []) {
    if (!reasons.includes(reason) && !statuses.test(reason)) {
      at.at('retryOn').refuse(`has ${JSON.stringify(reason)}, which is no reason to retry`, { found: retryOn, allowed: `status codes, ${reasons.join(', ')}; separated by "," alone` });
    }
  }
}
