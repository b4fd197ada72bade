import { inventory, servicesOf, type KubernetesObject } from '@flotilla/kubernetes';
import { advance, createSnapshot, defaultMeshConfig } from '@flotilla/mesh';
import type { MeshResource } from '@flotilla/resources';
import type { View } from './view.ts';

/**
 * A view of resources and objects that no mesh runs.
 *
 * @param domainSuffix of the full names of services
 */
export function createView(resources: readonly MeshResource[], objects: readonly KubernetesObject[], domainSuffix = defaultMeshConfig.domainSuffix): View {
  const cluster = inventory(objects);
  const upserts = [...servicesOf(cluster, domainSuffix), ...resources];
  return { snapshot: advance(createSnapshot({ ...defaultMeshConfig, domainSuffix }), { upserts, removals: [] }).snapshot, objects: cluster };
}
