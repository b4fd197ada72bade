import { TrafficDirection } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import { metPatches, type EnvoyPatch } from '@flotilla/translate';
import type { Cause } from '../explanation.ts';
import type { Question } from './question.ts';

/** What of Envoy's configuration the parts that can be patched belong to. */
const partOf: Readonly<Partial<Record<EnvoyPatch['applyTo'], Cause['of']>>> = {
  LISTENER: 'listener',
  LISTENER_FILTER: 'listener',
  ROUTE_CONFIGURATION: 'routes',
  VIRTUAL_HOST: 'virtual host',
  HTTP_ROUTE: 'virtual host',
  CLUSTER: 'cluster',
};

/** The patches of EnvoyFilters that did something to what a request meets. */
export function patchCauses({ snapshot, scope, proxy, landing: { routeConfig, clusters }, way: { listener, chain, virtualHost } }: Question): Cause[] {
  const patches = metPatches(snapshot, scope, proxy, {
    ...(listener === undefined ? {} : { listener }),
    ...(chain === undefined ? {} : { chain }),
    // The routes of the way in are within its listeners.
    ...(routeConfig === null || virtualHost === undefined || listener?.trafficDirection === TrafficDirection.INBOUND ? {} : { routes: { name: routeConfig, virtualHost } }),
    clusters: clusters.map(({ name }) => name),
  });
  return patches.map(({ applyTo, filter, index }) => ({ of: partOf[applyTo] ?? 'filter chain', resource: filter, path: `spec.configPatches[${index}]` }));
}
