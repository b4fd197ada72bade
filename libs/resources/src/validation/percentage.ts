import type { Place } from './place.ts';

/** A whole share in percent. */
export function checkPercent(value: number | undefined, at: Place): void {
  if (value !== undefined && (value < 0 || value > 100)) at.refuse('is not a share in percent', { found: value, allowed: '0 to 100' });
}

const finest = 0.0001;

/** A share in percent as fine as Envoy can deal it out: in millionths. */
export function checkPercentage(percentage: { readonly value?: number } | undefined, at: Place): void {
  const value = percentage?.value ?? 0;
  if (value < 0 || value > 100 || (value > 0 && value < finest)) {
    at.at('value').refuse('is not a share in percent', { found: value, allowed: `0, or ${finest} to 100` });
  }
}
