import { checkWildcardName, isDnsLabel } from '../validation/domain-name.ts';
import { each, type Place } from '../validation/place.ts';
import type { Destination } from './destination.ts';

/** A service to send to; its host may be that of a ServiceEntry, and so a wildcard, but not every host. */
export function checkDestination({ host, subset }: Destination, at: Place): void {
  if (host === '*') at.at('host').refuse('cannot be every host', { found: host });
  else checkWildcardName(host, at.at('host'));
  if (subset && !isDnsLabel(subset)) at.at('subset').refuse('is not the name of a subset', { found: subset, allowed: 'letters, digits and "-", 63 at most' });
}

/** Shares are in proportion to their sum, whatever it is, but nothing can be a share of nothing. */
export function checkWeights(routes: readonly { readonly weight?: number }[] | undefined, at: Place): void {
  each(routes, at, ({ weight = 0 }, here) => {
    if (weight < 0) here.at('weight').refuse('must not be negative', { found: weight, allowed: '0 or more' });
  });
  if (routes === undefined || routes.length < 2) return;
  const total = routes.reduce((sum, { weight = 0 }) => sum + weight, 0);
  if (total === 0) at.refuse('has weights of 0 only, so that no destination gets anything');
}
