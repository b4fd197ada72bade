import type { Duration } from '@bufbuild/protobuf/wkt';
import { durationMs } from '@flotilla/resources';
import { millis } from '../../duration.ts';

/** Envoy's form of a duration as resources write it, such as `1.5s`. */
export function protoDuration(text: string): Duration {
  return millis(durationMs(text));
}
