import { ingressOptions, ingressResources, inventory, servicesOf } from '@flotilla/kubernetes';
import { advance, createSnapshot, defaultMeshConfig, type Snapshot } from '@flotilla/mesh';
import { readDocuments } from '../read-documents.ts';
import type { Terminal } from '../terminal.ts';
import type { OfflineFlags } from './offline-flags.ts';
import { readOfflineMeshConfig } from './read-mesh-config.ts';
import { readObjects } from './read-objects.ts';
import { readOne } from './read-one.ts';

/** The mesh that some files make, without one running, and what is wrong with what was left out of it. */
export async function offlineMesh({ config, meshConfig, meshNetworks, namespace }: OfflineFlags, terminal: Terminal): Promise<{ readonly snapshot: Snapshot; readonly complaints: readonly string[] }> {
  const read = async (file: string | undefined): Promise<unknown> => (file === undefined ? undefined : readOne(file, terminal));
  const holds = readOfflineMeshConfig(await read(meshConfig), await read(meshNetworks));
  const mesh = { ...defaultMeshConfig, trustDomain: holds.spec.trustDomain ?? defaultMeshConfig.trustDomain };
  const { resources, kubernetes, complaints } = readObjects(await readDocuments(config, terminal), namespace);
  const cluster = inventory(kubernetes);
  const ingress = ingressOptions(holds.spec, cluster, holds.spec.rootNamespace ?? mesh.rootNamespace);
  const upserts = [...servicesOf(cluster, mesh.domainSuffix), ...ingressResources(cluster, mesh.domainSuffix, ingress), ...resources, ...holds.resources];
  return { snapshot: advance(createSnapshot(mesh), { upserts, removals: [] }).snapshot, complaints: [...holds.complaints, ...complaints] };
}
