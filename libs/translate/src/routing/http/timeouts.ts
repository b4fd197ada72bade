import type { Duration } from '@bufbuild/protobuf/wkt';
import { protoDuration } from './proto-duration.ts';

const forever = protoDuration('0s');

/**
 * How long a request may take with all its retries, also for gRPC's own `grpc-timeout`.
 * Without one it may take for ever, where Envoy left alone would end it after 15 seconds.
 */
export function timeouts(timeout?: string): { timeout: Duration; maxGrpcTimeout: Duration } {
  const limit = timeout === undefined ? forever : protoDuration(timeout);
  return { timeout: limit, maxGrpcTimeout: limit };
}
