import { create } from '@bufbuild/protobuf';
import { DurationSchema, type Duration } from '@bufbuild/protobuf/wkt';
import { durationMs } from '@flotilla/resources';

/** Envoy's form of a duration such as `1.5s`, to the nanosecond: protobuf takes no fraction of one. */
export function protoDuration(text: string): Duration {
  const nanoseconds = BigInt(Math.round(durationMs(text) * 1e6));
  return create(DurationSchema, { seconds: nanoseconds / 1_000_000_000n, nanos: Number(nanoseconds % 1_000_000_000n) });
}
