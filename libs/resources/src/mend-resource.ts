import { kindNamed } from './kinds.ts';
import type { ReadOptions } from './read-resource.ts';
import type { MeshResource } from './resource.ts';
import { mend } from './validation/mend.ts';
import { isRecord } from './validation/record.ts';
import { withoutNulls } from './without-nulls.ts';

/**
 * Reads a document as a resource whatever is wrong with it: what does not fit is left out, or made empty where
 * there has to be something. For those who look at what is written before it is valid; nothing else may be made of it.
 *
 * @returns undefined for a document of no known kind, or without a name
 */
export function mendResource(document: unknown, { defaultNamespace }: ReadOptions): MeshResource | undefined {
  const written = withoutNulls(document);
  if (!isRecord(written) || typeof written['kind'] !== 'string' || !isRecord(written['metadata'])) return undefined;
  const kind = kindNamed(written['kind']);
  const { name } = written['metadata'];
  if (kind === undefined || typeof name !== 'string' || name === '') return undefined;
  const mended = mend(kind.schema, written) as MeshResource;
  return {
    ...mended,
    apiVersion: `${kind.group}/${kind.versions[0]}`,
    metadata: { ...mended.metadata, namespace: mended.metadata.namespace || (kind.home ?? defaultNamespace) },
  };
}
