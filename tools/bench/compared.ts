import type { Measured } from './measure.ts';
import { count, megabytes, multiple, seconds, type Quantity } from './quantity.ts';

const none: Measured = { seconds: NaN, cpu: NaN, bytes: NaN, messages: NaN };

/** A row: what a piece of work took, and what grpc-js alone takes to move the same bytes. */
export function compared(work: string, measured: Measured = none, floor: Measured = none): Readonly<Record<string, string | Quantity>> {
  return {
    work,
    'last receipt': seconds(measured.seconds),
    CPU: seconds(measured.cpu),
    moved: megabytes(measured.bytes),
    messages: count(measured.messages),
    'floor: last receipt': seconds(floor.seconds),
    'floor: CPU': seconds(floor.cpu),
    'multiple of time': multiple(measured.seconds, floor.seconds, 0.01),
    // CPU is counted in hundredths of a second.
    'multiple of CPU': multiple(measured.cpu, floor.cpu, 0.02),
  };
}
