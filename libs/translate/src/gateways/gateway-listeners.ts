import { TrafficDirection } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import type { Snapshot } from '@flotilla/mesh';
import type { EnvoyResource } from '../envoy-resource.ts';
import { detectionTimeout, listenerResource, proxyProtocol, tlsInspector } from '../listeners/listener-resource.ts';
import type { Scope } from '../scope.ts';
import { serverTls } from '../security/server-tls.ts';
import type { TransportSocket } from '../security/transport-socket.ts';
import { changedPorts } from './changed-servers.ts';
import { distinctChains } from './distinct-chains.ts';
import { gatewayLayout, type GatewayPort } from './gateway-layout.ts';
import { gatewayManager } from './gateway-manager.ts';
import type { GatewayServer } from './gateway-server.ts';
import { passedOnChains } from './passed-on-chains.ts';
import { quicListener, quicName } from './quic-listener.ts';
import { serverNames, tcpChains, tlsChains, type FilterChain } from './opaque-chains.ts';

/** One listener for each port, and address to bind, at which something takes connections. */
export function gatewayListeners(snapshot: Snapshot, scope: Scope): ReadonlyMap<string, EnvoyResource> {
  return new Map(gatewayLayout(snapshot, scope).ports.flatMap((port) => listenersOf(snapshot, scope, port)).map((listener) => [listener.name, listener]));
}

/** The listeners after servers, or the routes of some hosts, changed; those that did not change are the same objects. */
export function updateGatewayListeners(
  listeners: ReadonlyMap<string, EnvoyResource>,
  previous: Snapshot,
  next: Snapshot,
  scope: Scope,
  hosts: ReadonlySet<string>,
): ReadonlyMap<string, EnvoyResource> {
  const changed = new Set([...changedPorts(previous, next, scope, hosts)].map(({ name }) => name));
  if (changed.size === 0 && gatewayLayout(previous, scope) === gatewayLayout(next, scope)) return listeners;
  const kept = ({ name }: GatewayPort) => [name, quicName(name)].flatMap((own) => listeners.get(own) ?? []);
  const made = gatewayLayout(next, scope).ports.flatMap((port) => (changed.has(port.name) ? listenersOf(next, scope, port) : kept(port)));
  return new Map(made.map((listener) => [listener.name, listener]));
}

/** The listeners of a port: that for TCP, and that for QUIC. */
export function listenersOf(snapshot: Snapshot, scope: Scope, port: GatewayPort): EnvoyResource[] {
  return [gatewayListener(snapshot, scope, port), quicListener(snapshot, scope, port)].filter((listener) => listener !== undefined);
}

/** The listener of a port; nothing where no rule says what to do with its connections. */
function gatewayListener(snapshot: Snapshot, scope: Scope, port: GatewayPort): EnvoyResource | undefined {
  const filterChains = distinctChains(chainsOf(snapshot, scope, port));
  if (filterChains.length === 0) return undefined;
  const readsNames = filterChains.some(({ transportSocket, filterChainMatch }) => transportSocket !== undefined || (filterChainMatch?.serverNames?.length ?? 0) > 0);
  const listenerFilters = [...(scope.topology?.proxyProtocol === undefined ? [] : [proxyProtocol]), ...(readsNames ? [tlsInspector] : [])];
  return listenerResource(port.name, port.address, port.number, {
    trafficDirection: TrafficDirection.OUTBOUND,
    ...(listenerFilters.length === 0 ? {} : { listenerFilters, ...detectionTimeout(snapshot.mesh) }),
    filterChains,
  });
}

function chainsOf(snapshot: Snapshot, scope: Scope, port: GatewayPort): FilterChain[] {
  const [first] = port.servers;
  // All plain HTTP servers of a port are one way in.
  if (first?.kind === 'http') return [{ filters: [gatewayManager(snapshot, scope, port, port.servers)] }];
  return port.servers.flatMap((server) => serverChains(snapshot, scope, port, server));
}

/** The filter chains of one server, before it is made sure that no two of a port match the same. */
export function serverChains(snapshot: Snapshot, scope: Scope, port: GatewayPort, server: GatewayServer): FilterChain[] {
  const names = serverNames(server.hosts.map(({ host }) => host));
  switch (server.kind) {
    case 'https':
      return [
        {
          name: server.table ?? '',
          filterChainMatch: { serverNames: names },
          ...secured(snapshot, server, ['h2', 'http/1.1']),
          filters: [gatewayManager(snapshot, scope, port, [server])],
        },
      ];
    case 'tls': {
      const { transportSocket } = secured(snapshot, server, []);
      const taken = tcpChains(snapshot, scope, server, transportSocket === undefined ? undefined : { serverNames: names, transportSocket });
      return taken.length > 0 ? taken : tlsChains(snapshot, scope, server, transportSocket);
    }
    case 'passthrough':
      return tlsChains(snapshot, scope, server, undefined);
    case 'auto-passthrough':
      return passedOnChains(snapshot, scope, server);
    case 'tcp':
      return tcpChains(snapshot, scope, server, undefined);
    case 'http':
      return [];
  }
}

function secured({ mesh }: Snapshot, { server: { tls } }: GatewayServer, alpnProtocols: string[]): { readonly transportSocket?: TransportSocket } {
  return tls === undefined ? {} : { transportSocket: serverTls(tls, mesh, alpnProtocols) };
}
