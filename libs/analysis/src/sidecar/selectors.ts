import { resourceRule } from '../rule.ts';
import { contested, isForAll } from '../selection.ts';
import { anyWorkload, describeSelector } from '../workload.ts';
import { selectingSidecar, sidecarSelections } from './selection.ts';

/** Sidecars that select no workload, or one that another Sidecar selects too. */
export const sidecarSelectors = resourceRule('Sidecar', {
  analyzer: 'sidecar.SelectorAnalyzer',
  codes: ['IST0101', 'IST0110'],
  needs: [anyWorkload],
  *check(sidecar, view) {
    const selecting = selectingSidecar(sidecar);
    if (isForAll(selecting)) return;
    const path = 'spec.workloadSelector';
    const found = contested(view, selecting, sidecarSelections(view));
    if (found === undefined) yield { code: 'IST0101', path, text: `No workload is found for the selector "${describeSelector(selecting.labels)}" in ${selecting.namespace}.` };
    for (const { workload, names } of found ?? []) yield { code: 'IST0110', path, text: `The Sidecars ${names.join(', ')} of ${selecting.namespace} all select the workload ${workload}; only the oldest one holds.` };
  },
});
