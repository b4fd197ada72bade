import { objectRule } from '../rule.ts';
import { selectingObject } from '../selecting-object.ts';
import { rivalsForAll } from '../selection.ts';
import { telemetrySelections } from './selection.ts';

/** Several Telemetries of a namespace that select no workload. */
export const severalTelemetriesForAll = objectRule(['Telemetry'], {
  analyzer: 'telemetry.DefaultSelectorAnalyzer',
  codes: ['IST0160'],
  *check(telemetry, view) {
    const names = rivalsForAll(selectingObject(telemetry), telemetrySelections(view));
    if (names.length > 0) yield { code: 'IST0160', text: `The Telemetries ${names.join(', ')} of ${telemetry.metadata.namespace} are all for every workload.` };
  },
});
