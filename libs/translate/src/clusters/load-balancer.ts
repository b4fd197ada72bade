import { Cluster_LbPolicy as LbPolicy, type ClusterSchema } from '@flotilla/envoy-api/envoy/config/cluster/v3/cluster_pb.js';
import type { MeshConfig } from '@flotilla/mesh';
import type { ConsistentHashLB, LoadBalancerSettings } from '@flotilla/resources';
import { backendUtilization } from './backend-utilization.ts';
import { protoDuration } from '../routing/http/proto-duration.ts';
import type { Fields } from '../message-fields.ts';

type Balancing = Fields<typeof ClusterSchema>;
type Simple = NonNullable<LoadBalancerSettings['simple']>;

/**
 * How a cluster chooses among its endpoints. PASSTHROUGH is not a choice: see `isPassthrough`.
 *
 * @param byShares whether localities have shares
 */
export function loadBalancer(settings: LoadBalancerSettings | undefined, byShares: boolean, mesh: MeshConfig): Balancing {
  if (settings?.consistentHash !== undefined) return consistentHash(settings.consistentHash);
  if (settings?.backendUtilization !== undefined) return backendUtilization(settings.backendUtilization, byShares);
  const slowStart = slowStartOf(settings);
  if (slowStart === undefined) return { lbPolicy: policyOf(settings?.simple, mesh) };
  // Choosing at random knows no warm-up: asked for it alone, endpoints are chosen by what they have to do.
  const policy = unnamed(settings?.simple) && mesh.defaultLoadBalancer === 'RANDOM' ? LbPolicy.LEAST_REQUEST : policyOf(settings?.simple, mesh);
  if (policy === LbPolicy.LEAST_REQUEST) return { lbPolicy: policy, lbConfig: { case: 'leastRequestLbConfig', value: { slowStartConfig: slowStart } } };
  if (policy === LbPolicy.ROUND_ROBIN) return { lbPolicy: policy, lbConfig: { case: 'roundRobinLbConfig', value: { slowStartConfig: slowStart } } };
  return { lbPolicy: policy };
}

function unnamed(simple: Simple | undefined): boolean {
  return simple === undefined || simple === 'UNSPECIFIED';
}

function policyOf(simple: Simple | undefined, mesh: MeshConfig): LbPolicy {
  switch (simple) {
    case 'RANDOM':
      return LbPolicy.RANDOM;
    case 'ROUND_ROBIN':
      return LbPolicy.ROUND_ROBIN;
    case 'LEAST_REQUEST':
    case 'LEAST_CONN':
      return LbPolicy.LEAST_REQUEST;
    default:
      return LbPolicy[mesh.defaultLoadBalancer];
  }
}

function consistentHash(hash: ConsistentHashLB): Balancing {
  if (hash.maglev !== undefined) {
    const { tableSize } = hash.maglev;
    return { lbPolicy: LbPolicy.MAGLEV, ...(tableSize === undefined ? {} : { lbConfig: { case: 'maglevLbConfig', value: { tableSize: BigInt(tableSize) } } }) };
  }
  return ringHash(hash);
}

/** Hashing by a ring, whether or not another table is asked for. */
export function ringHash(hash: ConsistentHashLB): Balancing {
  const size = hash.ringHash?.minimumRingSize ?? hash.minimumRingSize;
  return { lbPolicy: LbPolicy.RING_HASH, ...(size === undefined ? {} : { lbConfig: { case: 'ringHashLbConfig', value: { minimumRingSize: BigInt(size) } } }) };
}

/** How new endpoints are given traffic little by little. */
function slowStartOf(settings: LoadBalancerSettings | undefined) {
  const { warmup, warmupDurationSecs } = settings ?? {};
  const window = warmup?.duration ?? warmupDurationSecs;
  if (window === undefined) return undefined;
  return {
    slowStartWindow: protoDuration(window),
    ...(warmup?.aggression === undefined ? {} : { aggression: { defaultValue: warmup.aggression, runtimeKey: 'flotilla.warmup.aggression' } }),
    ...(warmup?.minimumPercent === undefined ? {} : { minWeightPercent: { value: warmup.minimumPercent } }),
  };
}
