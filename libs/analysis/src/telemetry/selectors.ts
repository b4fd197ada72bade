import { objectRule } from '../rule.ts';
import { selectingObject } from '../selecting-object.ts';
import { contested, isForAll } from '../selection.ts';
import { describeSelector } from '../workload.ts';
import { telemetrySelections } from './selection.ts';

/** Telemetries that select no workload, or one that another Telemetry selects too. */
export const telemetrySelectors = objectRule(['Telemetry'], {
  analyzer: 'telemetry.SelectorAnalyzer',
  codes: ['IST0101', 'IST0159'],
  needs: ['Pod'],
  *check(telemetry, view) {
    const selecting = selectingObject(telemetry);
    if (isForAll(selecting)) return;
    const path = 'spec.selector';
    const found = contested(view, selecting, telemetrySelections(view));
    if (found === undefined) yield { code: 'IST0101', path, text: `No workload is found for the selector "${describeSelector(selecting.labels)}" in ${selecting.namespace}.` };
    for (const { workload, names } of found ?? []) yield { code: 'IST0159', path, text: `The Telemetries ${names.join(', ')} of ${selecting.namespace} all select the workload ${workload}.` };
  },
});
