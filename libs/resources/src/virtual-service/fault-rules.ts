import { checkOneAtMost } from '../validation/choice.ts';
import { checkDuration } from '../validation/duration.ts';
import { checkPercent, checkPercentage } from '../validation/percentage.ts';
import type { Place } from '../validation/place.ts';
import type { Abort, Delay, HTTPFaultInjection } from './http-actions.ts';
import { grpcStatuses } from './grpc-statuses.ts';
import { checkHttpStatus } from './response-rules.ts';

/** Failures made on purpose: some requests held up, some refused. */
export function checkFault(fault: HTTPFaultInjection | undefined, at: Place): void {
  if (fault === undefined) return;
  if (fault.delay === undefined && fault.abort === undefined) at.refuse('must have a delay or an abort');
  if (fault.delay !== undefined) checkDelay(fault.delay, at.at('delay'));
  if (fault.abort !== undefined) checkAbort(fault.abort, at.at('abort'));
}

function checkDelay(delay: Delay, at: Place): void {
  checkOneAtMost(delay, ['fixedDelay', 'exponentialDelay'], at);
  checkPercentage(delay.percentage, at.at('percentage'));
  checkPercent(delay.percent, at.at('percent'));
  if (delay.percent !== undefined) at.at('percent').warn('is deprecated', { allowed: 'percentage' });
  checkDuration(delay.fixedDelay, at.at('fixedDelay'));
  if (delay.exponentialDelay !== undefined) at.at('exponentialDelay').refuse('is not supported', { allowed: 'fixedDelay' });
  else if (delay.fixedDelay === undefined) at.warn('has no effect without a fixedDelay');
}

function checkAbort(abort: Abort, at: Place): void {
  checkOneAtMost(abort, ['httpStatus', 'grpcStatus', 'http2Error'], at);
  checkPercentage(abort.percentage, at.at('percentage'));
  const { httpStatus, grpcStatus, http2Error } = abort;
  if (httpStatus !== undefined) checkHttpStatus(httpStatus, at.at('httpStatus'));
  if (grpcStatus !== undefined && !grpcStatuses.includes(grpcStatus)) at.at('grpcStatus').refuse('is not a gRPC status', { found: grpcStatus, allowed: grpcStatuses.join(', ') });
  if (http2Error !== undefined) at.at('http2Error').refuse('is not supported', { allowed: 'httpStatus or grpcStatus' });
  if (httpStatus === undefined && grpcStatus === undefined && http2Error === undefined) at.warn('has no effect without an httpStatus or grpcStatus');
}
