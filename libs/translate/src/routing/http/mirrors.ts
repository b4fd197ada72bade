import { create } from '@bufbuild/protobuf';
import {
  RouteAction_RequestMirrorPolicySchema,
  type RouteAction_RequestMirrorPolicy,
} from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import type { Destination, HTTPRoute } from '@flotilla/resources';
import { fractionalPercent } from './percentage.ts';
import type { RouteContext } from './route-context.ts';

/**
 * Who else gets a copy of the request and is not waited for: the older single `mirror`, then
 * `mirrors`. All requests unless a percentage says otherwise; 0 is no mirror. Copies are not
 * traced, or every trace would show the work twice.
 */
export function mirrorPolicies(rule: HTTPRoute, context: Pick<RouteContext, 'destinationCluster'>): RouteAction_RequestMirrorPolicy[] {
  const { mirror, mirrors = [], mirrorPercentage, mirrorPercent } = rule;
  return [
    ...(mirror === undefined ? [] : [{ destination: mirror, percent: mirrorPercentage?.value ?? mirrorPercent ?? 100 }]),
    ...mirrors.map(({ destination, percentage }) => ({ destination, percent: percentage?.value ?? 100 })),
  ]
    .filter(({ percent }) => percent > 0)
    .map(({ destination, percent }) => mirrorPolicy(destination, percent, context));
}

function mirrorPolicy(
  destination: Destination,
  percent: number,
  context: Pick<RouteContext, 'destinationCluster'>,
): RouteAction_RequestMirrorPolicy {
  return create(RouteAction_RequestMirrorPolicySchema, {
    cluster: context.destinationCluster(destination),
    runtimeFraction: { defaultValue: fractionalPercent(percent) },
    traceSampled: false,
  });
}
