import type { Problem } from '@flotilla/errors';
import { kindNamed, kinds } from './kinds.ts';
import type { MeshResource } from './resource.ts';
import { forDisplay } from './validation/place.ts';
import { nearestName } from './validation/nearest-name.ts';
import { isRecord } from './validation/record.ts';
import { withoutNulls } from './without-nulls.ts';

export interface ReadOptions {
  /** The namespace of documents that name none. */
  readonly defaultNamespace: string;
}

/** A resource fit to be used, or everything that keeps the document from being one. */
export type ReadResult =
  | { readonly resource: MeshResource; readonly warnings: Problem[] }
  | { readonly problems: Problem[] };

/**
 * Reads one parsed document as a resource: of any version of its kind, kept as its user wrote it but for
 * fields without a value, the newest version in `apiVersion`, and the namespace filled in.
 * @returns the resource and what is worth a warning, or all problems at once, each with its path
 */
export function readResource(document: unknown, { defaultNamespace }: ReadOptions): ReadResult {
  const written = withoutNulls(document);
  if (!isRecord(written)) {
    return { problems: [{ path: '', message: 'is not a resource', found: forDisplay(document), allowed: 'a map with apiVersion, kind, metadata and spec' }] };
  }
  const kind = typeof written['kind'] === 'string' ? kindNamed(written['kind']) : undefined;
  if (kind === undefined) return { problems: [unknownKind(written['kind'])] };
  const found = kind.validate(written);
  if (found.some((problem) => problem.severity !== 'warning')) return { problems: found };
  const valid = written as unknown as MeshResource;
  const resource = {
    ...valid,
    apiVersion: `${kind.group}/${kind.versions[0]}`,
    metadata: { ...valid.metadata, namespace: valid.metadata.namespace || (kind.home ?? defaultNamespace) },
  };
  return { resource, warnings: found };
}

function unknownKind(found: unknown): Problem {
  const names = kinds.map((kind) => kind.kind);
  if (found === undefined) return { path: 'kind', message: 'is required', allowed: names.join(', ') };
  const meant = nearestName(found, names);
  return {
    path: 'kind',
    message: `is not a kind of resource that Flotilla knows${meant === undefined ? '' : `; did you mean ${meant}?`}`,
    found: forDisplay(found),
    allowed: names.join(', '),
  };
}
