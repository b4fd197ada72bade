import type { ClusterSchema } from '@flotilla/envoy-api/envoy/config/cluster/v3/cluster_pb.js';
import type { OutlierDetection } from '@flotilla/resources';
import { protoDuration } from '../routing/http/proto-duration.ts';
import type { Fields } from '../message-fields.ts';

/** When endpoints are left out for a while; errors are counted, success rates are not compared. */
export function outlierDetection(outlier: OutlierDetection | undefined): Fields<typeof ClusterSchema> {
  if (outlier === undefined) return {};
  const { consecutiveErrors = 0 } = outlier;
  const gateway = outlier.consecutiveGatewayErrors ?? (consecutiveErrors > 0 ? consecutiveErrors : undefined);
  const server = outlier.consecutive5xxErrors;
  const local = outlier.consecutiveLocalOriginFailures;
  return {
    outlierDetection: {
      enforcingSuccessRate: 0,
      ...(server === undefined ? {} : { consecutive5xx: server, enforcingConsecutive5xx: enforced(server) }),
      ...(gateway === undefined ? {} : { consecutiveGatewayFailure: gateway, enforcingConsecutiveGatewayFailure: enforced(gateway) }),
      ...(outlier.splitExternalLocalOriginErrors === true
        ? {
            splitExternalLocalOriginErrors: true,
            enforcingLocalOriginSuccessRate: 0,
            ...(local === undefined ? {} : { consecutiveLocalOriginFailure: local, enforcingConsecutiveLocalOriginFailure: enforced(local) }),
          }
        : {}),
      ...(outlier.interval === undefined ? {} : { interval: protoDuration(outlier.interval) }),
      ...(outlier.baseEjectionTime === undefined ? {} : { baseEjectionTime: protoDuration(outlier.baseEjectionTime) }),
      ...(outlier.maxEjectionPercent === undefined || outlier.maxEjectionPercent <= 0 ? {} : { maxEjectionPercent: outlier.maxEjectionPercent }),
    },
  };
}

/** 0 errors means that this kind of error ejects nobody. */
function enforced(errors: number): number {
  return errors > 0 ? 100 : 0;
}
