import { ListenerSchema } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_pb.js';
import { HttpConnectionManagerSchema } from '@flotilla/envoy-api/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js';
import { serviceFor, serviceHosts, shortHosts, type Endpoint, type Snapshot } from '@flotilla/mesh';
import { outboundCluster } from '../clusters/names.ts';
import { ServiceCache } from '../clusters/service-cache.ts';
import { typeUrls, type EnvoyResource } from '../envoy-resource.ts';
import { fault, router, routesByName } from '../listeners/http-connection-manager.ts';
import type { Listeners } from '../listeners/scope-listeners.ts';
import { difference } from '../resource-map.ts';
import type { Scope } from '../scope.ts';
import { typedConfig } from '../typed-config.ts';
import { encode } from '../wire/encode.ts';
import { callablePorts } from './callable-ports.ts';

const cache = new ServiceCache();
const apart: readonly Endpoint[] = [];

/**
 * What gRPC clients ask for by the target they were given: a listener that nobody listens on, called `host:port`, by
 * the host's full name or a shorter one.
 */
export function apiListeners(snapshot: Snapshot, scope: Scope): Listeners {
  return new Map([...serviceHosts(snapshot, scope)].flatMap((host) => listenersOf(snapshot, scope, host).map((listener) => [listener.name, listener])));
}

/** The same after services of some hosts changed; the same map if none differs. */
export function updateApiListeners(listeners: Listeners, previous: Snapshot, next: Snapshot, scope: Scope, hosts: ReadonlySet<string>): Listeners {
  const updates = [...hosts].map((host) => difference(listenersOf(previous, scope, host), listenersOf(next, scope, host)));
  if (updates.every(({ upserts, removals }) => upserts.length + removals.length === 0)) return listeners;
  const updated = new Map(listeners);
  for (const { removals } of updates) for (const { name } of removals) updated.delete(name);
  for (const { upserts } of updates) for (const upsert of upserts) updated.set(upsert.name, upsert);
  return updated;
}

function listenersOf(snapshot: Snapshot, scope: Scope, host: string): readonly EnvoyResource[] {
  const service = serviceFor(snapshot, scope, host);
  if (service === undefined) return [];
  const names = [host, ...shortHosts(snapshot, host, scope.namespace)];
  return cache.resources(service, undefined, names.join(' '), apart, () =>
    callablePorts(service).flatMap(({ number }) => names.map((name) => apiListener(`${name}:${number}`, outboundCluster(host, number)))),
  );
}

function apiListener(name: string, routes: string): EnvoyResource {
  const manager = typedConfig(HttpConnectionManagerSchema, { routeSpecifier: routesByName(routes), httpFilters: [fault, router] });
  return { typeUrl: typeUrls.listener, name, bytes: encode(ListenerSchema, { name, apiListener: { apiListener: manager } }) };
}
