import { create } from '@bufbuild/protobuf';
import type { Any } from '@bufbuild/protobuf/wkt';
import { FaultDelaySchema, type FaultDelay } from '@flotilla/envoy-api/envoy/extensions/filters/common/fault/v3/fault_pb.js';
import { FaultAbortSchema, HTTPFaultSchema, type FaultAbort } from '@flotilla/envoy-api/envoy/extensions/filters/http/fault/v3/fault_pb.js';
import type { HTTPFaultInjection } from '@flotilla/resources';
import { protoDuration } from './proto-duration.ts';
import { typedConfig } from '../../typed-config.ts';
import { grpcStatusNumber } from './grpc-status.ts';
import { fractionalPercent } from './percentage.ts';

export const faultFilter = 'envoy.filters.http.fault';

/**
 * What the fault filter does on a route, packed; undefined where nothing is asked of it.
 * `exponentialDelay` and `http2Error` are in the API but have no meaning to Envoy: they are left out.
 */
export function httpFault(fault: HTTPFaultInjection | undefined): Any | undefined {
  const delay = faultDelay(fault?.delay);
  const abort = faultAbort(fault?.abort);
  if (delay === undefined && abort === undefined) return undefined;
  return typedConfig(HTTPFaultSchema, { ...(delay && { delay }), ...(abort && { abort }) });
}

/** Without a percentage no request is delayed. */
function faultDelay(delay: HTTPFaultInjection['delay']): FaultDelay | undefined {
  if (delay?.fixedDelay === undefined) return undefined;
  return create(FaultDelaySchema, {
    faultDelaySecifier: { case: 'fixedDelay', value: protoDuration(delay.fixedDelay) },
    percentage: fractionalPercent(delay.percentage?.value ?? delay.percent ?? 0),
  });
}

/** Without a percentage no request is aborted. */
function faultAbort(abort: HTTPFaultInjection['abort']): FaultAbort | undefined {
  const errorType = abortType(abort);
  return errorType && create(FaultAbortSchema, { errorType, percentage: fractionalPercent(abort?.percentage?.value ?? 0) });
}

function abortType(abort: HTTPFaultInjection['abort']): FaultAbort['errorType'] | undefined {
  if (abort?.httpStatus !== undefined) return { case: 'httpStatus', value: abort.httpStatus };
  if (abort?.grpcStatus !== undefined) return { case: 'grpcStatus', value: grpcStatusNumber(abort.grpcStatus) };
  return undefined;
}
