import type { Inventory } from '@flotilla/kubernetes';
import { compareAge, type Snapshot } from '@flotilla/mesh';
import type { KindName, MeshResource, ResourceOf } from '@flotilla/resources';

/** All that rules look at, as it is at one moment. */
export interface View {
  readonly snapshot: Snapshot;
  /** Objects of Kubernetes, and those of kinds that the mesh does not take, as they were written. */
  readonly objects: Inventory;
}

/** What is made of a view when a rule first asks for it, and once only. */
export function perView<T>(make: (view: View) => T): (view: View) => T {
  const made = new WeakMap<View, { readonly value: T }>();
  return (view) => {
    const known = made.get(view) ?? { value: make(view) };
    made.set(view, known);
    return known.value;
  };
}

const byKind = perView(({ snapshot }) => Map.groupBy([...snapshot.resources.values()].filter(({ metadata }) => !isDerived(metadata.name)).sort(compareAge), ({ kind }) => kind));

/** What is made of objects of Kubernetes, as `Service:reviews`: those are looked at themselves. */
function isDerived(name: string): boolean {
  return name.includes(':');
}

/** The resources of a kind that users wrote, the oldest first. */
export function resourcesOf<K extends KindName>(view: View, kind: K): readonly ResourceOf<K>[] {
  const found: readonly MeshResource[] = byKind(view).get(kind) ?? [];
  return found as readonly ResourceOf<K>[];
}
