import { bucketOfKind, type StoreRevision } from '@flotilla/bus';
import { compareAge } from '@flotilla/mesh';
import type { MeshResource } from '@flotilla/resources';

/** The revisions of the stores between which something was refused that had been accepted before. */
export interface RefusedWindow {
  readonly after: StoreRevision;
  readonly upTo: StoreRevision;
}

/**
 * Resources in the order in which they are to be suspected of a refusal: those that changed in the window, EnvoyFilters
 * first, for what they put in nobody has checked; then all that were there before, the newest first.
 */
export function bySuspicion(resources: Iterable<MeshResource>, { after, upTo }: RefusedWindow): MeshResource[] {
  const ranked = [...resources].flatMap((resource) => {
    const revision = Number(resource.metadata.resourceVersion);
    const bucket = bucketOfKind(resource.kind);
    if (revision > upTo[bucket]) return [];
    const changed = revision > after[bucket];
    return [{ resource, revision, rank: changed ? (resource.kind === 'EnvoyFilter' ? 0 : 1) : 2 }];
  });
  return ranked.sort((a, b) => a.rank - b.rank || b.revision - a.revision || compareAge(a.resource, b.resource)).map(({ resource }) => resource);
}
