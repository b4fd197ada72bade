import { readYaml, type MeshResource } from '@flotilla/resources';
import { advance, createSnapshot, defaultMeshConfig, type Snapshot } from '../index.ts';

/** The resources of a YAML text; those without a namespace are in `default`. */
export function resourcesOf(text: string): MeshResource[] {
  const { resources, failures } = readYaml(text, { file: 'test', defaultNamespace: 'default' });
  if (failures.length > 0) throw new Error(JSON.stringify(failures, null, 2));
  return resources;
}

/** A mesh of the resources of a YAML text. */
export function meshOf(text: string): Snapshot {
  return advance(createSnapshot(defaultMeshConfig), { upserts: resourcesOf(text), removals: [] }).snapshot;
}
