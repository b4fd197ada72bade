import { resourceKey, type MeshResource } from '@flotilla/resources';

/** Orders resources the oldest first; those of one age by key, so that the order never depends on arrival. */
export function compareAge(a: MeshResource, b: MeshResource): number {
  return compareText(a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? '') || compareText(resourceKey(a), resourceKey(b));
}

/** Orders by code units: the same everywhere, unlike by locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
