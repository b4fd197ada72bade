import { create } from '@bufbuild/protobuf';
import { RouteAction_HashPolicySchema, type RouteAction_HashPolicy } from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import type { ConsistentHashLB } from '@flotilla/resources';
import type { Fields } from '../message-fields.ts';
import { protoDuration } from './http/proto-duration.ts';

type Specifier = NonNullable<Fields<typeof RouteAction_HashPolicySchema>['policySpecifier']>;

/** What of a request a consistent-hash load balancer goes by. */
export function hashPolicies(hash: ConsistentHashLB | undefined): RouteAction_HashPolicy[] {
  const specifier = hash === undefined ? undefined : specifierOf(hash);
  return specifier === undefined ? [] : [create(RouteAction_HashPolicySchema, { policySpecifier: specifier })];
}

function specifierOf({ httpHeaderName, httpCookie, useSourceIp, httpQueryParameterName }: ConsistentHashLB): Specifier | undefined {
  if (httpHeaderName !== undefined) return { case: 'header', value: { headerName: httpHeaderName } };
  if (httpCookie !== undefined) {
    const { name, path, ttl, attributes = [] } = httpCookie;
    return {
      case: 'cookie',
      value: {
        name,
        path: path ?? '',
        ...(ttl === undefined ? {} : { ttl: protoDuration(ttl) }),
        attributes: attributes.map((attribute) => ({ name: attribute.name, value: attribute.value ?? '' })),
      },
    };
  }
  if (useSourceIp === true) return { case: 'connectionProperties', value: { sourceIp: true } };
  if (httpQueryParameterName !== undefined) return { case: 'queryParameter', value: { name: httpQueryParameterName } };
  return undefined;
}
