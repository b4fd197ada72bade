/** A measured number with its unit. */
export interface Quantity {
  readonly value: number;
  readonly unit: 's' | 'ms' | 'MB' | 'kB' | 'x' | '';
}

export const seconds = (value: number): Quantity => ({ value, unit: 's' });
export const milliseconds = (value: number): Quantity => ({ value, unit: 'ms' });
export const count = (value: number): Quantity => ({ value: Math.round(value), unit: '' });
/** @param value in bytes */
export const megabytes = (value: number): Quantity => ({ value: value / 1e6, unit: 'MB' });
/** @param value in bytes */
export const kilobytes = (value: number): Quantity => ({ value: value / 1e3, unit: 'kB' });
/** How often `floor` goes into `value`; below `resolution` the floor is no number to divide by. */
export const multiple = (value: number, floor: number, resolution: number): Quantity => ({ value: floor < resolution ? NaN : value / floor, unit: 'x' });

/** As a table shows it. */
export function textOf({ value, unit }: Quantity): string {
  if (Number.isNaN(value)) return '-';
  if (unit === 'x') return `${value.toFixed(1)}x`;
  const digits = unit === '' || unit === 'ms' ? 0 : value >= 100 ? 0 : value >= 10 ? 1 : unit === 's' ? 3 : 2;
  return `${value.toFixed(digits)}${unit === '' ? '' : ` ${unit}`}`;
}
