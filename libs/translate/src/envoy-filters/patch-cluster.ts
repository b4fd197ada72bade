import { ClusterSchema, type Cluster } from '@flotilla/envoy-api/envoy/config/cluster/v3/cluster_pb.js';
import type { ClusterMatch } from '@flotilla/resources';
import { mergeInto } from './edit-list.ts';
import type { EnvoyPatch } from './envoy-patch.ts';
import type { PatchEffect } from './patch-effect.ts';

/** Applies one patch to a cluster, in place; what is added stands beside the clusters that are made. */
export function patchCluster(cluster: Cluster, patch: EnvoyPatch): PatchEffect {
  if (patch.applyTo !== 'CLUSTER' || patch.patch.operation === 'ADD' || !matches(cluster.name, patch.match.cluster)) return 'none';
  if (patch.patch.operation === 'REMOVE') return 'removed';
  mergeInto(ClusterSchema, cluster, patch);
  return 'changed';
}

/** @param cluster its name, `outbound|9080|v1|reviews.default.svc.cluster.local` for a service's */
function matches(cluster: string, match: ClusterMatch = {}): boolean {
  if (match.name) return match.name === cluster;
  const [, port, subset, service] = cluster.split('|');
  if (match.portNumber && String(match.portNumber) !== port) return false;
  if (match.subset && match.subset !== subset) return false;
  return !match.service || match.service === service;
}
