import type { Sidecar } from '@flotilla/resources';
import { selectionsOf, type Selecting } from '../selection.ts';
import { perView, resourcesOf } from '../view.ts';

/** What a Sidecar selects. */
export function selectingSidecar({ metadata: { namespace, name }, spec }: Sidecar): Selecting {
  return { namespace, name, labels: spec.workloadSelector?.labels ?? {} };
}

/** All Sidecars, by what they select. */
export const sidecarSelections = perView((view) => selectionsOf(resourcesOf(view, 'Sidecar').map(selectingSidecar)));
