import type { ClusterSchema } from '@flotilla/envoy-api/envoy/config/cluster/v3/cluster_pb.js';
import { ClientSideWeightedRoundRobinSchema } from '@flotilla/envoy-api/envoy/extensions/load_balancing_policies/client_side_weighted_round_robin/v3/client_side_weighted_round_robin_pb.js';
import type { BackendUtilizationLB } from '@flotilla/resources';
import type { Fields } from '../message-fields.ts';
import { protoDuration } from '../routing/http/proto-duration.ts';
import { typedConfig } from '../typed-config.ts';

/** Endpoints in turn, more often those that report (by ORCA) to have less to do. */
export function backendUtilization(settings: BackendUtilizationLB): Fields<typeof ClusterSchema> {
  const { weightStabilizationPeriod, weightExpirationPeriod, weightUpdatePeriod, errorUtilizationPenaltyPercent, metricNamesForComputingUtilization = [] } = settings;
  const config = typedConfig(ClientSideWeightedRoundRobinSchema, {
    ...(weightStabilizationPeriod === undefined ? {} : { blackoutPeriod: protoDuration(weightStabilizationPeriod) }),
    ...(weightExpirationPeriod === undefined ? {} : { weightExpirationPeriod: protoDuration(weightExpirationPeriod) }),
    ...(weightUpdatePeriod === undefined ? {} : { weightUpdatePeriod: protoDuration(weightUpdatePeriod) }),
    ...(errorUtilizationPenaltyPercent === undefined ? {} : { errorUtilizationPenalty: errorUtilizationPenaltyPercent / 100 }),
    metricNamesForComputingUtilization: [...metricNamesForComputingUtilization],
  });
  return { loadBalancingPolicy: { policies: [{ typedExtensionConfig: { name: 'envoy.load_balancing_policies.client_side_weighted_round_robin', typedConfig: config } }] } };
}
