import { resourceRule } from '../rule.ts';
import { rivalsForAll } from '../selection.ts';
import { selectingSidecar, sidecarSelections } from './selection.ts';

/** Several Sidecars of a namespace that select no workload. */
export const severalSidecarsForAll = resourceRule('Sidecar', {
  analyzer: 'sidecar.DefaultSelectorAnalyzer',
  codes: ['IST0111'],
  *check(sidecar, view) {
    const names = rivalsForAll(selectingSidecar(sidecar), sidecarSelections(view));
    if (names.length > 0) yield { code: 'IST0111', text: `The Sidecars ${names.join(', ')} of ${sidecar.metadata.namespace} are all for every workload; only the oldest one holds.` };
  },
});
