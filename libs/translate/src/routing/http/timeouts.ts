import type { Duration } from '@bufbuild/protobuf/wkt';
import { protoDuration } from './proto-duration.ts';

/**
 * How long a request may take with all its retries, also for gRPC's own `grpc-timeout`.
 * Without one it may take for ever, where Envoy left alone would end it after 15 seconds.
 */
export function timeouts(timeout = '0s'): { timeout: Duration; maxGrpcTimeout: Duration } {
  const limit = protoDuration(timeout);
  return { timeout: limit, maxGrpcTimeout: limit };
}
