import { serviceFor, serviceHosts, type Snapshot } from '@flotilla/mesh';
import type { EnvoyResource } from '../envoy-resource.ts';
import { gatewayListeners, updateGatewayListeners } from '../gateways/gateway-listeners.ts';
import { apiListeners, updateApiListeners } from '../proxyless/api-listeners.ts';
import type { RouteTables } from '../routing/route-tables.ts';
import { sameBytes } from '../same-bytes.ts';
import type { Scope } from '../scope.ts';
import { egressPorts } from './egress-ports.ts';
import { egressProxies, egressProxyListener } from './egress-proxies.ts';
import { outboundListener, virtualOutbound } from './outbound-listener.ts';
import { anyAddress, isPortTable, listenerName, namesHosts, opaquePorts, type OutboundPort } from './outbound-ports.ts';

/** The listeners that all proxies of a scope have, by name. */
export type Listeners = ReadonlyMap<string, EnvoyResource>;

/** @param tables the scope's routes at this snapshot: HTTP ports have a listener as long as they have routes */
export function buildListeners(snapshot: Snapshot, scope: Scope, tables: RouteTables): Listeners {
  if (scope.type === 'gateway') return gatewayListeners(snapshot, scope);
  if (scope.type === 'proxyless') return apiListeners(snapshot, scope);
  const places = new Map<string, OutboundPort>();
  const listeners = new Map<string, EnvoyResource>();
  if (scope.interception === 'REDIRECT') {
    listeners.set('virtualOutbound', virtualOutbound(snapshot, scope));
    for (const table of tables.keys()) if (isPortTable(table)) add(places, { address: anyAddress, port: Number(table) });
    for (const host of serviceHosts(snapshot, scope)) addPlaces(places, snapshot, scope, host);
  }
  for (const place of egressPorts(scope)) add(places, place);
  for (const [name, place] of places) {
    const listener = outboundListener(snapshot, scope, place, tables.has(String(place.port)));
    if (listener !== undefined) listeners.set(name, listener);
  }
  for (const proxy of egressProxies(scope)) listeners.set(proxy.name, egressProxyListener(snapshot, proxy));
  return listeners;
}

/**
 * One of the listeners that a sidecar's scope has, by its name.
 *
 * @param http whether there are routes for its port
 */
export function listenerNamed(snapshot: Snapshot, scope: Scope, name: string, http: boolean): EnvoyResource | undefined {
  if (name === 'virtualOutbound') return virtualOutbound(snapshot, scope);
  const proxy = egressProxies(scope).find((one) => one.name === name);
  if (proxy !== undefined) return egressProxyListener(snapshot, proxy);
  const [, address, port] = /^(.*)_(\d+)$/.exec(name) ?? [];
  if (address === undefined) return undefined;
  return outboundListener(snapshot, scope, egressPorts(scope).find((place) => listenerName(place) === name) ?? { address, port: Number(port) }, http);
}

/** The listeners after services of some hosts, and the tables, changed; the same map if none differs. */
export function updateListeners(
  listeners: Listeners,
  previous: { readonly snapshot: Snapshot; readonly tables: RouteTables },
  next: { readonly snapshot: Snapshot; readonly tables: RouteTables },
  scope: Scope,
  hosts: ReadonlySet<string>,
): Listeners {
  if (scope.type === 'gateway') return updateGatewayListeners(listeners, previous.snapshot, next.snapshot, scope, hosts);
  if (scope.type === 'proxyless') return updateApiListeners(listeners, previous.snapshot, next.snapshot, scope, hosts);
  const places = new Map<string, OutboundPort>();
  if (scope.interception === 'REDIRECT') {
    for (const table of new Set([...previous.tables.keys(), ...next.tables.keys()])) {
      if (isPortTable(table) && previous.tables.has(table) !== next.tables.has(table)) add(places, { address: anyAddress, port: Number(table) });
    }
    for (const host of hosts) for (const { snapshot } of [previous, next]) addPlaces(places, snapshot, scope, host);
  }
  if (hosts.size > 0) for (const place of egressPorts(scope)) add(places, place);
  const proxies = new Map(egressProxies(scope).map((proxy) => [proxy.name, proxy]));
  const made = hosts.size === 0 ? [] : [...proxies.values()].map((proxy) => [proxy.name, egressProxyListener(next.snapshot, proxy)] as const);
  let updated: Map<string, EnvoyResource> | undefined;
  // A proxy has its address to itself.
  const others = [...places].filter(([name]) => !proxies.has(name)).map(([name, place]) => [name, outboundListener(next.snapshot, scope, place, next.tables.has(String(place.port)))] as const);
  for (const [name, after] of [...made, ...others]) {
    const before = listeners.get(name);
    if (before === undefined ? after === undefined : after !== undefined && sameBytes(before.bytes, after.bytes)) continue;
    updated ??= new Map(listeners);
    if (after === undefined) updated.delete(name);
    else updated.set(name, after);
  }
  return updated ?? listeners;
}

function add(places: Map<string, OutboundPort>, place: OutboundPort): void {
  places.set(listenerName(place), place);
}

function addPlaces(places: Map<string, OutboundPort>, snapshot: Snapshot, scope: Scope, host: string): void {
  const service = serviceFor(snapshot, scope, host);
  if (service === undefined) return;
  for (const place of opaquePorts(service, scope)) add(places, place);
  // The listener that takes requests for all hosts on a port looks up those that a service leaves to them, whatever its addresses.
  if (namesHosts(service)) for (const { number } of service.ports) add(places, { address: anyAddress, port: number });
}
