import type { HTTPRoute, HTTPRouteDestination } from '@flotilla/resources';
import { clusterSpecifier } from './destinations.ts';
import { authorityFrom } from './header-operations.ts';
import { mirrorPolicies } from './mirrors.ts';
import { retryPolicy } from './retry-policy.ts';
import { pathRewrite } from './rewrite.ts';
import type { RouteContext } from './route-context.ts';
import type { RouteActionFields } from './route-fields.ts';
import { timeouts } from './timeouts.ts';

/**
 * Sending a request on: where to, rewritten how, for how long, how often tried, mirrored to whom.
 *
 * @param destinations those of the rule that get requests, at least one
 */
export function routeAction(rule: HTTPRoute, destinations: readonly HTTPRouteDestination[], context: RouteContext): RouteActionFields {
  const hashPolicy = destinations.flatMap(({ destination }) => context.hashPolicies(destination));
  const host = rewrittenHost(rule, destinations);
  return {
    clusterSpecifier: clusterSpecifier(destinations, context),
    ...pathRewrite(rule.rewrite),
    ...(host === undefined ? {} : { hostRewriteSpecifier: { case: 'hostRewriteLiteral', value: host } }),
    ...timeouts(rule.timeout),
    ...retryPolicy(rule.retries, { consistentHash: hashPolicy.length > 0, defaults: context.defaultRetries }),
    requestMirrorPolicies: mirrorPolicies(rule, context),
    hashPolicy,
  };
}

/** A rewrite wins over a `Host` header set on the route, and that over one set on its only destination. */
function rewrittenHost(rule: HTTPRoute, destinations: readonly HTTPRouteDestination[]): string | undefined {
  const single = destinations.length === 1 ? destinations[0] : undefined;
  return [rule.rewrite?.authority, authorityFrom(rule.headers), authorityFrom(single?.headers)].find(
    (authority) => authority !== undefined && authority !== '',
  );
}
