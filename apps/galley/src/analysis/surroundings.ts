import { anyWorkload } from '@flotilla/analysis';
import type { KubernetesObject } from '@flotilla/kubernetes';
import { clusterKinds } from '../kubernetes/collections.ts';
import type { KubernetesSource } from '../kubernetes/kubernetes-source.ts';

/** What there is beside resources, and what of it is known: rules that need to know more are passed over. */
export interface Surroundings {
  readonly knows: ReadonlySet<string>;
  readonly objects: Iterable<KubernetesObject>;
}

const unread: Surroundings = { knows: new Set(), objects: [] };
/** Without a cluster, all workloads register. */
const registered: Surroundings = { knows: new Set([anyWorkload]), objects: [] };
const knownOfCluster = new Set([...clusterKinds, anyWorkload]);

/** What the cluster has, if there is one and it has been read. */
export function surroundingsOf(cluster: Pick<KubernetesSource, 'complete' | 'objects'> | undefined): Surroundings {
  if (cluster === undefined) return registered;
  return cluster.complete ? { knows: knownOfCluster, objects: cluster.objects() } : unread;
}
