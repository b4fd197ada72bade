import type { Destination, VirtualService } from '@flotilla/resources';

/** A destination and where it is written. */
export interface PlacedDestination {
  readonly destination: Destination;
  /** As `spec.http[0].route[1].destination`. */
  readonly path: string;
  readonly mirror: boolean;
}

/** Every destination of a VirtualService's own rules. */
export function* destinationsOf({ spec }: VirtualService): Generator<PlacedDestination> {
  for (const [at, { route, mirror, mirrors }] of (spec.http ?? []).entries()) {
    yield* routed(route, `spec.http[${at}]`);
    if (mirror !== undefined) yield { destination: mirror, path: `spec.http[${at}].mirror`, mirror: true };
    for (const [place, { destination }] of (mirrors ?? []).entries()) yield { destination, path: `spec.http[${at}].mirrors[${place}].destination`, mirror: true };
  }
  for (const [at, { route }] of (spec.tls ?? []).entries()) yield* routed(route, `spec.tls[${at}]`);
  for (const [at, { route }] of (spec.tcp ?? []).entries()) yield* routed(route, `spec.tcp[${at}]`);
}

function* routed(route: readonly { readonly destination: Destination }[] = [], rule: string): Generator<PlacedDestination> {
  for (const [place, { destination }] of route.entries()) yield { destination, path: `${rule}.route[${place}].destination`, mirror: false };
}
