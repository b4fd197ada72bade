/** How much of the lifetime, to either side of its half, renewals are spread over. */
const jitter = 0.1;

/**
 * When to renew a certificate: at half of its life, give or take a tenth of it, so that a fleet
 * started at once does not renew at once.
 *
 * @param random a number in [0, 1)
 * @returns milliseconds since the epoch, strictly within the validity
 */
export function rotateAt({ notBeforeMs, notAfterMs, random }: {
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly random: number;
}): number {
  const share = 0.5 + (random * 2 - 1) * jitter;
  return notBeforeMs + (notAfterMs - notBeforeMs) * share;
}
