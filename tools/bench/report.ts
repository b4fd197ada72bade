import type { Measured } from './measure.ts';

/** One kind of work: what the control plane took, and what grpc-js alone takes to move the same bytes. */
export interface Row {
  readonly work: string;
  readonly measured: Measured;
  readonly floor: Measured;
}

/** The rows as a Markdown table. */
export function table(rows: readonly Row[]): string {
  const head = ['work', 'last receipt', 'CPU', 'moved', 'floor: last receipt', 'floor: CPU', 'multiple: time', 'multiple: CPU'];
  const lines = rows.map(({ work, measured, floor }) => [
    work,
    seconds(measured.seconds),
    seconds(measured.cpu),
    `${(measured.bytes / 1e6).toFixed(2)} MB in ${Math.round(measured.messages)}`,
    seconds(floor.seconds),
    seconds(floor.cpu),
    multiple(measured.seconds, floor.seconds),
    multiple(measured.cpu, floor.cpu),
  ]);
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const seconds = (value: number): string => `${value.toFixed(3)} s`;

/** CPU is counted in hundredths of a second: less than that is no number to divide by. */
const multiple = (value: number, floor: number): string => (floor < 0.01 ? '-' : `${(value / floor).toFixed(1)}x`);
