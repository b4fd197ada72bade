import type { Column, Kind, MeshResource } from '@flotilla/resources';
import { humanDuration } from './human-duration.ts';
import { isRecord } from './merge-patch.ts';

/** How much of each resource a row carries beside its cells. */
export type RowObject = 'None' | 'Metadata' | 'Object';

/** Whether the answer shall be a table, by the first of the client's wishes that can be granted. */
export function wantsTable(accept: string | undefined): boolean {
  const [first] = (accept ?? '').split(',').map((type) => type.split(';').map((part) => part.trim()));
  return first?.[0] === 'application/json' && first.includes('as=Table') && first.includes('v=v1') && first.includes('g=meta.k8s.io');
}

/**
 * Resources as the table that `kubectl get` prints.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables
 */
export function tableOf({ columns }: Kind, resources: readonly MeshResource[], { metadata, rowObject, now }: { readonly metadata: object; readonly rowObject: RowObject; readonly now: number }): object {
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: [
      { name: 'Name', type: 'string', format: 'name', description: 'The name of the resource.', priority: 0 },
      ...columns.map(({ name, type, jsonPath }) => ({ name, type, format: '', description: `The field ${jsonPath}.`, priority: 0 })),
    ],
    rows: resources.map((resource) => ({
      cells: [resource.metadata.name, ...columns.map((column) => cellOf(resource, column, now))],
      ...objectOf(resource, rowObject),
    })),
  };
}

function objectOf(resource: MeshResource, rowObject: RowObject): { object?: object } {
  if (rowObject === 'None') return {};
  if (rowObject === 'Object') return { object: resource };
  return { object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: resource.metadata } };
}

/** Lists and maps stand as JSON, times as the age they mean. */
function cellOf(resource: MeshResource, { type, jsonPath }: Column, now: number): unknown {
  const value = valueAt(resource, jsonPath);
  if (type === 'date') return typeof value === 'string' ? humanDuration(now - Date.parse(value)) : '<unknown>';
  if (value === undefined || value === null) return null;
  return typeof value === 'object' ? JSON.stringify(value) : value;
}

/** The value at a path of plain names, as `.spec.mtls.mode`: the part of Kubernetes' JSONPath that columns use. */
function valueAt(document: unknown, path: string): unknown {
  const names = path.split('.').filter((name) => name !== '');
  return names.reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), document);
}
