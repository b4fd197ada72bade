import { defaultGateway, readWritten, type Message } from '@flotilla/analysis';
import { readObject, type KubernetesObject } from '@flotilla/kubernetes';
import { defaultMeshConfig } from '@flotilla/mesh';
import { isOfCluster, isRecord, kinds, type MeshResource } from '@flotilla/resources';
import type { Api } from '../api.ts';
import { resourcePath } from '../kind-argument.ts';
import { readOfflineMeshConfig } from '../offline/read-mesh-config.ts';
import { readOne } from '../offline/read-one.ts';
import { readDocuments } from '../read-documents.ts';
import type { Terminal } from '../terminal.ts';
import { valuesIn } from '../values-in.ts';

/** Which files make what is analysed. */
export interface SourceFlags {
  readonly paths: readonly string[];
  readonly namespace: string;
  readonly meshConfig?: string;
  readonly meshNetworks?: string;
  /** Whether there is a mesh around the files, which has what gateways it has. */
  readonly intoMesh: boolean;
}

/** What is analysed. */
export interface Sources {
  readonly resources: readonly MeshResource[];
  readonly objects: readonly KubernetesObject[];
  /** What is wrong with single documents. */
  readonly messages: readonly Message[];
  /** Where documents begin, as `file:line`, by kind, namespace and name. */
  readonly places: ReadonlyMap<string, string>;
  /** Documents that are no YAML at all. */
  readonly complaints: readonly string[];
}

/** The name by which a document's place is known. */
export function placeKey(kind: string, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`;
}

/** Reads files that may be anything that Kubernetes takes. */
export async function readSources({ paths, namespace, meshConfig, meshNetworks, intoMesh }: SourceFlags, terminal: Terminal): Promise<Sources> {
  const values: unknown[] = [];
  const places = new Map<string, string>();
  const complaints: string[] = [];
  for (const { file, text } of paths.length === 0 ? [] : await readDocuments(paths, terminal)) {
    for (const found of valuesIn(text)) {
      const place = `${file}:${found.line}`;
      if ('error' in found) {
        complaints.push(`${place}: YAML syntax: ${found.error}`);
        continue;
      }
      values.push(found.value);
      const { kind, metadata } = isRecord(found.value) ? found.value : {};
      const { name, namespace: own } = isRecord(metadata) ? metadata : {};
      if (typeof kind === 'string' && typeof name === 'string') places.set(placeKey(kind, typeof own === 'string' && own !== '' ? own : namespace, name), place);
    }
  }
  const holds = readOfflineMeshConfig(meshConfig === undefined ? undefined : await readOne(meshConfig, terminal));
  const rootNamespace = holds.spec.rootNamespace ?? defaultMeshConfig.rootNamespace;
  if (meshNetworks !== undefined) {
    const networks = await readOne(meshNetworks, terminal);
    values.push({ apiVersion: 'v1', kind: 'MeshNetworks', metadata: { name: 'meshnetworks', namespace: rootNamespace }, ...(isRecord(networks) ? networks : {}) });
  }
  const { resources, objects, messages } = readWritten(values, namespace);
  return { resources: [...resources, ...holds.resources], objects: [...(intoMesh ? [] : defaultGateway(rootNamespace)), ...objects], messages, places, complaints: [...holds.complaints, ...complaints] };
}

/** What the running mesh has. */
export interface MeshSources {
  readonly resources: readonly MeshResource[];
  /** Objects of the cluster, if it runs in one. */
  readonly objects: readonly KubernetesObject[];
  /** The kinds of which all objects are among them. */
  readonly knows: ReadonlySet<string>;
}

/** Asks Galley for all resources of the running mesh, and for what there is beside them. */
export async function meshSources(galley: Api): Promise<MeshSources> {
  const [around, ...lists] = await Promise.all([galley.call('/v1/surroundings'), ...kinds.map((kind) => galley.call(resourcePath(kind)))]);
  const { knows, objects } = around as { readonly knows: readonly string[]; readonly objects: readonly unknown[] };
  const resources = lists.flatMap((list) => (list as { readonly items: readonly MeshResource[] }).items);
  return {
    // A cluster's Services are made anew, with those of files in their place.
    resources: knows.includes('Service') ? resources.filter((resource) => resource.kind !== 'ServiceEntry' || !isOfCluster(resource)) : resources,
    objects: objects.flatMap((object) => readObject(object, '') ?? []),
    knows: new Set(knows),
  };
}
