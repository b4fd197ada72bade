import { FlotillaError } from '@flotilla/errors';
import { kindOfPlural, resourceKey, type Kind, type MeshResource } from '@flotilla/resources';
import type { Addressed } from './document.ts';
import { fieldSelector, labelSelector, type Selects } from './selectors.ts';

/** The parameters in the path of a request for resources. */
export interface Path {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** What may stand after the path. */
export type Query = Readonly<
  Partial<Record<'watch' | 'dryRun' | 'labelSelector' | 'fieldSelector' | 'resourceVersion' | 'sendInitialEvents' | 'timeoutSeconds' | 'limit' | 'continue' | 'includeObject', string>>
>;

const base = '/apis/:group/:version';

/** The paths of a kind in all namespaces, of a kind in one, of one resource, and of its status. */
export const paths = {
  all: `${base}/:plural`,
  some: `${base}/namespaces/:namespace/:plural`,
  one: `${base}/namespaces/:namespace/:plural/:name`,
  status: `${base}/namespaces/:namespace/:plural/:name/status`,
} as const;

/**
 * What a path is about.
 * @throws FlotillaError NOT_FOUND where there is no such kind
 */
export function address({ group, version, plural, namespace = 'default', name }: Path): Addressed {
  const kind = kindOfPlural(group, plural);
  if (kind?.versions.includes(version) !== true) throw new FlotillaError('NOT_FOUND', `there are no ${plural} in the API ${group}/${version}`);
  return { kind, namespace, name };
}

export function keyOf({ kind, namespace, name = '' }: Addressed): string {
  return resourceKey({ kind: kind.kind, metadata: { namespace, name } });
}

export function notFound({ kind, name = '' }: Addressed): FlotillaError {
  return new FlotillaError('NOT_FOUND', `${kind.plural}.${kind.group} "${name}" not found`);
}

/** Which resources of a kind a request is about. */
export function selection({ namespace }: Path, query: Query): Selects {
  const labels = labelSelector(query.labelSelector);
  const fields = fieldSelector(query.fieldSelector);
  return (resource) => (namespace === undefined || resource.metadata.namespace === namespace) && labels(resource) && fields(resource);
}

/** A resource in the version that was asked for; all versions of a kind have the same fields. */
export function presentAs({ group, version }: Path, resource: MeshResource): MeshResource {
  return { ...resource, apiVersion: `${group}/${version}` };
}

/** Some resources as a list of their kind. */
export function listOf(path: Path, kind: Kind, metadata: object, items: readonly MeshResource[]): object {
  return { apiVersion: `${path.group}/${path.version}`, kind: `${kind.kind}List`, metadata, items: items.map((resource) => presentAs(path, resource)) };
}
