import type { ApplyTo, PatchOperation } from './envoy-filter.ts';

const merges: readonly PatchOperation[] = ['MERGE', 'MERGE_AND_REPLACE_LIST'];
const inserts: readonly PatchOperation[] = ['ADD', 'INSERT_BEFORE', 'INSERT_AFTER', 'INSERT_FIRST'];

/** What can be done to each part of Envoy's configuration; anything else has no effect, as in Istio. */
export const operationsOn: Readonly<Record<ApplyTo, readonly PatchOperation[]>> = {
  LISTENER: [...merges, 'ADD', 'REMOVE'],
  FILTER_CHAIN: [...merges, 'ADD', 'REMOVE'],
  LISTENER_FILTER: [...merges, ...inserts, 'REPLACE', 'REMOVE'],
  NETWORK_FILTER: [...merges, ...inserts, 'REPLACE', 'REMOVE'],
  HTTP_FILTER: [...merges, ...inserts, 'REPLACE', 'REMOVE'],
  ROUTE_CONFIGURATION: merges,
  VIRTUAL_HOST: [...merges, 'ADD', 'REPLACE', 'REMOVE'],
  HTTP_ROUTE: [...merges, ...inserts, 'REMOVE'],
  CLUSTER: [...merges, 'ADD', 'REMOVE'],
  // Extensions come with their filters, and bootstraps are written by agents before they are told anything.
  EXTENSION_CONFIG: [],
  BOOTSTRAP: [],
};
