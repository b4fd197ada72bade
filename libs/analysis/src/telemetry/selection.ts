import { selectingObject } from '../selecting-object.ts';
import { selectionsOf } from '../selection.ts';
import { perView } from '../view.ts';

/** All Telemetries, by what they select. */
export const telemetrySelections = perView(({ objects }) => selectionsOf(objects.ofKind('Telemetry').map(selectingObject)));
