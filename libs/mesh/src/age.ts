import type { MeshResource } from '@flotilla/resources';

/** Orders resources the oldest first; those of one age by name and namespace, so that the order never depends on arrival. */
export function compareAge(a: MeshResource, b: MeshResource): number {
  return (
    compareText(a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? '') ||
    compareText(a.metadata.name, b.metadata.name) ||
    compareText(a.metadata.namespace, b.metadata.namespace) ||
    compareText(a.kind, b.kind)
  );
}

/** Orders by code units: the same everywhere, unlike by locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
