import { advance, createSnapshot, defaultMeshConfig, type MeshConfig, type Snapshot } from '@flotilla/mesh';
import { readYaml, type MeshResource } from '@flotilla/resources';
import { parseAllDocuments } from 'yaml';
import type { EnvoyResource, ProxyDescription } from '../index.ts';
import { keyOf } from '../resource-map.ts';
import { scopeOf, translateProxy, translateScope } from '../index.ts';

/** A mesh, and one proxy in it. */
export interface MeshCase {
  readonly snapshot: Snapshot;
  readonly proxy: ProxyDescription;
}

/** A sidecar with interception, in `default`; the part of a proxy that a case does not care about. */
export const somePod: ProxyDescription = {
  id: 'sidecar~10.1.0.1~app.default~default.svc.cluster.local',
  type: 'sidecar',
  namespace: 'default',
  labels: {},
  ipAddresses: ['10.1.0.1'],
  interception: 'REDIRECT',
  appEndpoints: {},
};

/** What a case says, as it was read. */
export interface CaseText {
  readonly resources: readonly MeshResource[];
  readonly mesh: MeshConfig;
  readonly proxy: ProxyDescription;
}

/**
 * Reads a case: resources as a user writes them, and among them documents `proxy: {...}` and
 * `mesh: {...}` with what differs from the defaults.
 *
 * @throws Error for a resource that is not valid
 */
export function readCase(text: string): CaseText {
  let proxy = somePod;
  let mesh = defaultMeshConfig;
  const resources: string[] = [];
  for (const document of parseAllDocuments(text)) {
    const { proxy: described, mesh: configured } = document.toJS() as { proxy?: Partial<ProxyDescription>; mesh?: Partial<MeshConfig> };
    if (described === undefined && configured === undefined) resources.push(document.toString());
    proxy = { ...proxy, ...described };
    mesh = { ...mesh, ...configured };
  }
  return { resources: readResources(resources.join('---\n')), mesh, proxy };
}

/** The mesh and proxy that a case describes. */
export function meshCase(text: string): MeshCase {
  return caseOf(readCase(text));
}

/** The same from what was read. */
export function caseOf({ resources, mesh, proxy }: CaseText): MeshCase {
  return { snapshot: advance(createSnapshot(mesh), { upserts: resources, removals: [] }).snapshot, proxy };
}

/** A mesh of the resources in a YAML text. */
export function snapshotOf(text: string, mesh: MeshConfig = defaultMeshConfig): Snapshot {
  return caseOf({ resources: readResources(text), mesh, proxy: somePod }).snapshot;
}

function readResources(text: string): MeshResource[] {
  const { resources, failures } = readYaml(text, { file: 'case', defaultNamespace: 'default' });
  if (failures.length > 0) throw new Error(JSON.stringify(failures, null, 2));
  return resources;
}

/** All that a proxy runs, by type and name. */
export function resourcesOf({ snapshot, proxy }: MeshCase): EnvoyResource[] {
  const resources = [...translateScope(snapshot, scopeOf(snapshot, proxy)).resources(), ...translateProxy(snapshot, proxy).resources];
  return resources.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}
