import { describeProblem } from '@flotilla/errors';
import { isRecord, readMeshConfig, type MeshConfigSpec, type MeshResource } from '@flotilla/resources';

export interface OfflineMeshConfig {
  /** Empty where there is none that can be read. */
  readonly resources: readonly MeshResource[];
  readonly spec: MeshConfigSpec;
  readonly complaints: readonly string[];
}

/**
 * Reads a MeshConfig as far as it can be read: fields that are wrong are complained of and left out.
 *
 * @param document a MeshConfig resource, or its fields alone
 * @param networks Istio's MeshNetworks, whose one field is also one of ours
 */
export function readOfflineMeshConfig(document: unknown, networks?: unknown): OfflineMeshConfig {
  const settings = isRecord(document) && isRecord(document['spec']) ? document['spec'] : document;
  if (!isRecord(settings) && !isRecord(networks)) return { resources: [], spec: {}, complaints: [] };
  const fields = { ...(isRecord(settings) ? settings : {}), ...(isRecord(networks) ? networks : {}) };
  const read = readMeshConfig(fields);
  if ('resource' in read) return { resources: [read.resource], spec: read.resource.spec, complaints: read.warnings.map((warning) => `mesh configuration: ${describeProblem(warning)}`) };
  const complaints = read.problems.map((problem) => `mesh configuration: ${describeProblem(problem)}; it is left out`);
  const wrong = new Set(read.problems.map(({ path }) => /^[^.[]+/.exec(path)?.[0] ?? ''));
  const right = Object.entries(fields).filter(([name]) => !wrong.has(name));
  // Each turn leaves out a field at least, or there is none that can be blamed.
  if (right.length === Object.keys(fields).length) return { resources: [], spec: {}, complaints };
  const rest = readOfflineMeshConfig(Object.fromEntries(right));
  return { ...rest, complaints: [...complaints, ...rest.complaints] };
}
