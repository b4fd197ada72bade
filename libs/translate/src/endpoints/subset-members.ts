import type { Endpoint } from '@flotilla/mesh';
import { selectorMatches, type Subset } from '@flotilla/resources';

/** The endpoints of a subset; all of them where none is meant. */
export function subsetMembers(subset: Subset | undefined, endpoints: readonly Endpoint[]): readonly Endpoint[] {
  return subset === undefined ? endpoints : endpoints.filter(({ labels }) => selectorMatches(subset.labels, labels));
}
