import type { Place } from '../validation/place.ts';
import { checkRegex } from '../validation/regex.ts';
import type { ApplyTo } from './envoy-filter.ts';
import type { EnvoyConfigObjectMatch, ListenerMatch } from './match.ts';

const objects = ['listener', 'routeConfiguration', 'cluster', 'waypoint'] as const;
const listenerParts: readonly ApplyTo[] = ['LISTENER', 'FILTER_CHAIN', 'LISTENER_FILTER', 'NETWORK_FILTER', 'HTTP_FILTER'];
const routeParts: readonly ApplyTo[] = ['ROUTE_CONFIGURATION', 'VIRTUAL_HOST', 'HTTP_ROUTE'];
const connectionManagers = ['envoy.filters.network.http_connection_manager', 'envoy.http_connection_manager'];

/** Whether a match is one of the thing that is patched. */
export function checkMatch(match: EnvoyConfigObjectMatch, applyTo: ApplyTo, at: Place): void {
  const { context = 'ANY', proxy, listener, waypoint } = match;
  const given = objects.filter((name) => match[name] !== undefined);
  if (given.length > 1) at.refuse(`has ${given.join(' and ')}, of which only one may be given`);
  if (proxy?.proxyVersion) checkRegex(proxy.proxyVersion, at.at('proxy').at('proxyVersion'));
  if (context === 'WAYPOINT') {
    if (waypoint === undefined) at.at('waypoint').refuse('is required in context WAYPOINT');
    return;
  }
  if (waypoint !== undefined) at.at('waypoint').refuse(`cannot be given in context ${context}`, { allowed: 'context WAYPOINT' });
  const expected = objectOf(applyTo);
  for (const name of given) {
    if (expected !== undefined && name !== expected && name !== 'waypoint') at.at(name).refuse(`does not match ${applyTo}`, { allowed: expected });
  }
  if (listener?.filterChain?.filter !== undefined) checkFilter(listener.filterChain.filter, applyTo, at.at('listener').at('filterChain').at('filter'));
}

function objectOf(applyTo: ApplyTo): (typeof objects)[number] | undefined {
  if (listenerParts.includes(applyTo)) return 'listener';
  if (routeParts.includes(applyTo)) return 'routeConfiguration';
  return applyTo === 'CLUSTER' ? 'cluster' : undefined;
}

type FilterMatch = NonNullable<NonNullable<ListenerMatch['filterChain']>['filter']>;

function checkFilter({ name, subFilter }: FilterMatch, applyTo: ApplyTo, at: Place): void {
  if (applyTo === 'LISTENER' || applyTo === 'FILTER_CHAIN') at.warn(`has no effect on ${applyTo}`);
  if (!name) at.at('name').refuse('is required');
  if (subFilter === undefined) return;
  const here = at.at('subFilter');
  if (applyTo !== 'HTTP_FILTER') {
    here.warn(`has no effect on ${applyTo}`);
    return;
  }
  if (name && !connectionManagers.includes(name)) at.at('name').refuse('has no HTTP filters within it', { found: name, allowed: connectionManagers.join(', ') });
  if (!subFilter.name) here.at('name').refuse('is required');
}
