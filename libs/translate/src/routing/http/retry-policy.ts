import { create } from '@bufbuild/protobuf';
import {
  RetryPolicy_RetryHostPredicateSchema,
  RetryPolicy_RetryPrioritySchema,
  type RetryPolicy,
} from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import { PreviousHostsPredicateSchema } from '@flotilla/envoy-api/envoy/extensions/retry/host/previous_hosts/v3/previous_hosts_pb.js';
import { PreviousPrioritiesConfigSchema } from '@flotilla/envoy-api/envoy/extensions/retry/priority/previous_priorities/v3/previous_priorities_config_pb.js';
import type { HTTPRetry } from '@flotilla/resources';
import { protoDuration } from './proto-duration.ts';
import type { RouteActionFields } from './route-fields.ts';
import { typedConfig } from '../../typed-config.ts';

/** Istio's: what failed before an application could have acted on it is tried again twice. */
const defaultAttempts = 2;
const defaultRetryOn = 'connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes';
/** How often Envoy picks anew when it picked a host that was tried already. */
const hostSelectionRetryMaxAttempts = 5n;
/** Priorities are recomputed after this many failed attempts. */
const priorityUpdateFrequency = 2;

/**
 * When a failed request is tried again, and where; without them Istio's default, with
 * `attempts` 0 never.
 *
 * @param options.defaults what stands for `retries` where there are none
 * @param options.consistentHash the request belongs to one host, so others are not preferred in a retry
 */
export function retryPolicy(own: HTTPRetry | undefined, options: { readonly consistentHash: boolean; readonly defaults: HTTPRetry | undefined }): Pick<RouteActionFields, 'retryPolicy'> {
  const retries = own ?? options.defaults;
  const attempts = retries === undefined ? defaultAttempts : (retries.attempts ?? 0);
  if (attempts <= 0) return {};
  const { perTryTimeout, backoff } = retries ?? {};
  return {
    retryPolicy: {
      numRetries: attempts,
      ...retryConditions(retries?.retryOn),
      ...(perTryTimeout === undefined ? {} : { perTryTimeout: protoDuration(perTryTimeout) }),
      ...(backoff === undefined ? {} : { retryBackOff: { baseInterval: protoDuration(backoff) } }),
      retryHostPredicate: (retries?.retryIgnorePreviousHosts ?? !options.consistentHash) ? [previousHosts] : [],
      ...(retries?.retryRemoteLocalities === true ? { retryPriority: previousPriorities } : {}),
      hostSelectionRetryMaxAttempts,
    },
  };
}

/** `retryOn` mixes Envoy's conditions with plain status codes, which go into a field of their own. */
function retryConditions(retryOn: string | undefined): Pick<RetryPolicy, 'retryOn' | 'retriableStatusCodes'> {
  if (retryOn === undefined || retryOn === '') return { retryOn: defaultRetryOn, retriableStatusCodes: [] };
  const parts = retryOn.split(',').map((part) => part.trim()).filter((part) => part !== '');
  const codes = parts.filter((part) => /^[1-5]\d\d$/.test(part)).map(Number);
  const conditions = parts.filter((part) => !/^[1-5]\d\d$/.test(part));
  const all = codes.length > 0 ? new Set([...conditions, 'retriable-status-codes']) : new Set(conditions);
  return { retryOn: [...all].join(','), retriableStatusCodes: codes };
}

const previousHosts = create(RetryPolicy_RetryHostPredicateSchema, {
  name: 'envoy.retry_host_predicates.previous_hosts',
  configType: { case: 'typedConfig', value: typedConfig(PreviousHostsPredicateSchema, {}) },
});

const previousPriorities = create(RetryPolicy_RetryPrioritySchema, {
  name: 'envoy.retry_priorities.previous_priorities',
  configType: { case: 'typedConfig', value: typedConfig(PreviousPrioritiesConfigSchema, { updateFrequency: priorityUpdateFrequency }) },
});
