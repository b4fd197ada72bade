import type { Problem } from '@flotilla/errors';
import { readResource } from '../read-resource.ts';
import type { MeshConfig } from '../resource.ts';
import { isRecord } from '../validation/record.ts';
import { meshConfigKind } from './index.ts';
import { meshConfigName } from './name.ts';

/**
 * Reads what holds for the whole mesh: a MeshConfig resource, or its fields alone, as Istio's own
 * installation files have them. Problems with fields that stand alone have paths without `spec`.
 *
 * @returns the resource and what is worth a warning, or all problems at once
 */
export function readMeshConfig(document: unknown): { readonly resource: MeshConfig; readonly warnings: Problem[] } | { readonly problems: Problem[] } {
  const whole = isRecord(document) && ('kind' in document || 'spec' in document);
  const head = { apiVersion: `${meshConfigKind.group}/${meshConfigKind.versions[0]}`, kind: meshConfigKind.kind };
  const written = whole ? { ...head, metadata: { name: meshConfigName.name }, ...document } : { ...head, metadata: { name: meshConfigName.name }, spec: document };
  const read = readResource(written, { defaultNamespace: meshConfigName.namespace });
  const placed = (found: Problem[]) => (whole ? found : found.map((problem) => ({ ...problem, path: problem.path.replace(/^spec\.?/, '') })));
  if ('problems' in read) return { problems: placed(read.problems) };
  const { resource, warnings } = read;
  if (resource.kind !== 'MeshConfig') return { problems: [{ path: 'kind', message: 'is not that of what holds for the mesh', found: resource.kind, allowed: 'MeshConfig' }] };
  return { resource, warnings: placed(warnings) };
}
