import { create } from '@bufbuild/protobuf';
import { FaultAbortSchema, HTTPFaultSchema } from '@flotilla/envoy-api/envoy/extensions/filters/http/fault/v3/fault_pb.js';
import { faultFilter } from '../routing/http/fault.ts';
import { fractionalPercent } from '../routing/http/percentage.ts';
import type { RouteFields } from '../routing/http/route-fields.ts';
import { typedConfig } from '../typed-config.ts';

/**
 * A route in terms of gRPC clients, which refuse all routes of a host for one that they do not know. Of filters on
 * routes they know faults alone. Answers they give only as faults, and with a status of gRPC for that of HTTP: so those
 * of a rule are, and redirects, which they do not follow, make calls fail as `UNAVAILABLE`.
 *
 * @param cluster any that there is: a route leads to one even where every call fails
 */
export function callRoute({ action, typedPerFilterConfig = {}, ...route }: RouteFields, cluster: string): RouteFields {
  if (action?.case !== 'route') {
    const status = action?.case === 'directResponse' ? (action.value.status ?? 0) : 503;
    return { ...route, action: { case: 'route', value: { clusterSpecifier: { case: 'cluster', value: cluster } } }, typedPerFilterConfig: { [faultFilter]: answering(status) } };
  }
  const { clusterSpecifier, timeout, retryPolicy, hashPolicy } = action.value;
  const fault = typedPerFilterConfig[faultFilter];
  return {
    ...route,
    action: {
      case: 'route',
      value: {
        ...(clusterSpecifier === undefined ? {} : { clusterSpecifier }),
        ...(retryPolicy === undefined ? {} : { retryPolicy }),
        ...(hashPolicy === undefined ? {} : { hashPolicy }),
        // Where Envoy has a timeout, they have the most that a call's own deadline may be (gRFC A31).
        ...(timeout === undefined ? {} : { maxStreamDuration: { grpcTimeoutHeaderMax: timeout } }),
      },
    },
    ...(fault === undefined ? {} : { typedPerFilterConfig: { [faultFilter]: fault } }),
  };
}

function answering(status: number) {
  return typedConfig(HTTPFaultSchema, { abort: create(FaultAbortSchema, { errorType: { case: 'httpStatus', value: status }, percentage: fractionalPercent(100) }) });
}
