import type { CircuitBreakersSchema } from '@flotilla/envoy-api/envoy/config/cluster/v3/circuit_breaker_pb.js';
import { protoDuration } from '../routing/http/proto-duration.ts';
import type { PortPolicy } from './policy.ts';
import type { Fields } from '../message-fields.ts';

/** Envoy's own limits (1024 connections, 3 retries) surprise; what is not asked for is not limited. */
const unlimited = 2 ** 32 - 1;

/** The limits of a cluster's connections and requests. */
export function circuitBreakers({ connectionPool, retryBudget }: PortPolicy): Fields<typeof CircuitBreakersSchema> {
  const { tcp, http } = connectionPool ?? {};
  return {
    thresholds: [
      {
        maxConnections: limit(tcp?.maxConnections),
        maxPendingRequests: limit(http?.http1MaxPendingRequests),
        maxRequests: limit(http?.http2MaxRequests),
        maxRetries: limit(http?.maxRetries),
        trackRemaining: true,
        ...(retryBudget === undefined
          ? {}
          : {
              retryBudget: {
                ...(retryBudget.percent === undefined ? {} : { budgetPercent: { value: retryBudget.percent } }),
                ...(retryBudget.minRetryConcurrency === undefined ? {} : { minRetryConcurrency: retryBudget.minRetryConcurrency }),
                ...(retryBudget.budgetInterval === undefined ? {} : { budgetInterval: protoDuration(retryBudget.budgetInterval) }),
              },
            }),
      },
    ],
  };
}

function limit(asked: number | undefined): number {
  return asked === undefined || asked <= 0 ? unlimited : asked;
}
