import { FilterChainSchema, FilterSchema, ListenerFilterSchema, type FilterChain } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_components_pb.js';
import { ListenerSchema, type Listener } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_pb.js';
import { HttpFilterSchema, type HttpConnectionManager } from '@flotilla/envoy-api/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js';
import { changeConnectionManager } from './connection-manager.ts';
import { editList, mergeInto } from './edit-list.ts';
import type { EnvoyPatch } from './envoy-patch.ts';
import { filterChainMatches, httpFilterNamed, listenerMatches, networkFilterNamed } from './listener-match.ts';
import type { PatchEffect } from './patch-effect.ts';
import { patchRoutes } from './patch-routes.ts';

/** Applies one patch to a listener, in place; routes that it has within itself too. */
export function patchListener(listener: Listener, patch: EnvoyPatch): PatchEffect {
  const { applyTo, match } = patch;
  if (applyTo === 'ROUTE_CONFIGURATION' || applyTo === 'VIRTUAL_HOST' || applyTo === 'HTTP_ROUTE') return changed(patchInnerRoutes(listener, patch));
  if (!listenerMatches(listener, match.listener)) return 'none';
  switch (applyTo) {
    case 'LISTENER':
      // What is added stands beside the listeners that are made.
      if (patch.patch.operation === 'ADD') return 'none';
      if (patch.patch.operation === 'REMOVE') return 'removed';
      mergeInto(ListenerSchema, listener, patch);
      return 'changed';
    case 'LISTENER_FILTER':
      return changed(editList(listener.listenerFilters, patch, { schema: ListenerFilterSchema, matches: listenerFilterNamed(patch) }));
    case 'FILTER_CHAIN':
      return changed(patchFilterChains(listener, patch));
    case 'NETWORK_FILTER':
      return changed(eachChain(listener, patch, (chain) => editList(chain.filters, patch, { schema: FilterSchema, matches: networkFilterNamed(match.listener), end: endOfFilters(chain) })));
    case 'HTTP_FILTER':
      return changed(eachChain(listener, patch, (chain) => patchHttpFilters(chain, patch)));
    default:
      return 'none';
  }
}

function changed(some: boolean): PatchEffect {
  return some ? 'changed' : 'none';
}

function listenerFilterNamed({ match }: EnvoyPatch): ((filter: { readonly name: string }) => boolean) | undefined {
  const wanted = match.listener?.listenerFilter;
  return wanted ? ({ name }) => name === wanted : undefined;
}

/** The default filter chain is no item of the list, but it is one for all but what is added and removed. */
function patchFilterChains(listener: Listener, patch: EnvoyPatch): boolean {
  const matches = (chain: FilterChain): boolean => filterChainMatches(listener, chain, patch.match.listener);
  const { defaultFilterChain } = listener;
  const listed = editList(listener.filterChains, patch, { schema: FilterChainSchema, matches });
  if (defaultFilterChain === undefined || patch.patch.operation === 'ADD' || !matches(defaultFilterChain)) return listed;
  if (patch.patch.operation === 'REMOVE') delete listener.defaultFilterChain;
  else mergeInto(FilterChainSchema, defaultFilterChain, patch);
  return true;
}

function allChains({ filterChains, defaultFilterChain }: Listener): FilterChain[] {
  return defaultFilterChain === undefined ? filterChains : [...filterChains, defaultFilterChain];
}

/** Whether anything changed in the filter chains that a patch is for, of which every one is visited. */
function eachChain(listener: Listener, { match }: EnvoyPatch, visit: (chain: FilterChain) => boolean): boolean {
  return allChains(listener).filter((chain) => filterChainMatches(listener, chain, match.listener)).map(visit).includes(true);
}

const ends = new Set(['envoy.filters.network.http_connection_manager', 'envoy.filters.network.tcp_proxy']);

/** Where a network filter is added: before the one that ends the chain, after which Envoy takes none. */
function endOfFilters({ filters }: FilterChain): number {
  const end = filters.findIndex(({ name }) => ends.has(name));
  return end === -1 ? filters.length : end;
}

function patchHttpFilters(chain: FilterChain, patch: EnvoyPatch): boolean {
  const { listener } = patch.match;
  const managers = chain.filters.filter(networkFilterNamed(listener) ?? (() => true));
  return managers
    .map((filter) => changeConnectionManager(filter, (manager) => editList(manager.httpFilters, patch, { schema: HttpFilterSchema, matches: httpFilterNamed(listener), end: placeOf(manager, patch) })))
    .includes(true);
}

/** Where an HTTP filter is added: before the router, which ends the request's way; by its class before or after what decides about requests. */
function placeOf({ httpFilters }: HttpConnectionManager, { patch }: EnvoyPatch): number {
  const deciding = httpFilters.findLastIndex(({ name }) => name.endsWith('.ext_authz') || name.endsWith('.rbac'));
  if (patch.filterClass === 'AUTHN') return 0;
  if (patch.filterClass === 'AUTHZ') return deciding + 1;
  const router = httpFilters.findIndex(({ name }) => name === 'envoy.filters.http.router');
  return router === -1 ? httpFilters.length : router;
}

/** The routes of the inbound side are within its listeners. */
function patchInnerRoutes(listener: Listener, patch: EnvoyPatch): boolean {
  const patched = allChains(listener).flatMap(({ filters }) =>
    filters.map((filter) =>
      changeConnectionManager(filter, ({ routeSpecifier }) => routeSpecifier.case === 'routeConfig' && patchRoutes(routeSpecifier.value, patch)),
    ),
  );
  return patched.includes(true);
}
