import type { Any } from '@bufbuild/protobuf/wkt';
import type { ClusterSchema } from '@flotilla/envoy-api/envoy/config/cluster/v3/cluster_pb.js';
import { ClientSideWeightedRoundRobinSchema } from '@flotilla/envoy-api/envoy/extensions/load_balancing_policies/client_side_weighted_round_robin/v3/client_side_weighted_round_robin_pb.js';
import { WrrLocalitySchema } from '@flotilla/envoy-api/envoy/extensions/load_balancing_policies/wrr_locality/v3/wrr_locality_pb.js';
import type { BackendUtilizationLB } from '@flotilla/resources';
import type { Fields } from '../message-fields.ts';
import { protoDuration } from '../routing/http/proto-duration.ts';
import { typedConfig } from '../typed-config.ts';

/**
 * Endpoints in turn, more often those that report (by ORCA) to have less to do.
 *
 * @param byShares whether localities have shares, within which this is so
 */
export function backendUtilization(settings: BackendUtilizationLB, byShares: boolean): Fields<typeof ClusterSchema> {
  const { weightStabilizationPeriod, weightExpirationPeriod, weightUpdatePeriod, errorUtilizationPenaltyPercent, metricNamesForComputingUtilization = [] } = settings;
  const config = typedConfig(ClientSideWeightedRoundRobinSchema, {
    ...(weightStabilizationPeriod === undefined ? {} : { blackoutPeriod: protoDuration(weightStabilizationPeriod) }),
    ...(weightExpirationPeriod === undefined ? {} : { weightExpirationPeriod: protoDuration(weightExpirationPeriod) }),
    ...(weightUpdatePeriod === undefined ? {} : { weightUpdatePeriod: protoDuration(weightUpdatePeriod) }),
    ...(errorUtilizationPenaltyPercent === undefined ? {} : { errorUtilizationPenalty: errorUtilizationPenaltyPercent / 100 }),
    metricNamesForComputingUtilization: [...metricNamesForComputingUtilization],
  });
  const endpoints = policy('client_side_weighted_round_robin', config);
  return { loadBalancingPolicy: byShares ? policy('wrr_locality', typedConfig(WrrLocalitySchema, { endpointPickingPolicy: endpoints })) : endpoints };
}

function policy(name: string, config: Any) {
  return { policies: [{ typedExtensionConfig: { name: `envoy.load_balancing_policies.${name}`, typedConfig: config } }] };
}
