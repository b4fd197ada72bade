import { SocketAddress_Protocol as SocketProtocol } from '@flotilla/envoy-api/envoy/config/core/v3/address_pb.js';
import { TrafficDirection } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import type { MeshConfig, Snapshot } from '@flotilla/mesh';
import type { EnvoyResource } from '../envoy-resource.ts';
import { listenerResource } from '../listeners/listener-resource.ts';
import type { Scope } from '../scope.ts';
import { serverQuic } from '../security/server-tls.ts';
import { isUnixAddress } from '../socket-address.ts';
import { distinctChains } from './distinct-chains.ts';
import type { GatewayPort } from './gateway-layout.ts';
import { gatewayManager } from './gateway-manager.ts';
import type { GatewayServer } from './gateway-server.ts';
import { serverNames, type FilterChain } from './opaque-chains.ts';

/** The listener for HTTP/3 beside that of a port. */
export function quicName(port: string): string {
  return `udp_${port}`;
}

/** Whether a server is offered over HTTP/3 too: where HTTPS asks clients for no certificate, at a UDP port. */
export function offersHttp3({ quicListeners }: MeshConfig, { kind, server, bind }: GatewayServer): boolean {
  return quicListeners && kind === 'https' && server.tls?.mode === 'SIMPLE' && !isUnixAddress(bind);
}

/** HTTP/3 for the HTTPS servers of a port, with the same routes; nothing where none offers it. */
export function quicListener(snapshot: Snapshot, scope: Scope, port: GatewayPort): EnvoyResource | undefined {
  const name = quicName(port.name);
  const filterChains = distinctChains(port.servers.flatMap((server) => (offersHttp3(snapshot.mesh, server) ? chain(snapshot, scope, { ...port, name }, server) : [])));
  if (filterChains.length === 0) return undefined;
  const address = { case: 'socketAddress' as const, value: { protocol: SocketProtocol.UDP, address: port.address, portSpecifier: { case: 'portValue' as const, value: port.number } } };
  return listenerResource(name, port.address, port.number, {
    address: { address },
    trafficDirection: TrafficDirection.OUTBOUND,
    udpListenerConfig: { quicOptions: {}, downstreamSocketConfig: { preferGro: true } },
    filterChains,
  });
}

function chain(snapshot: Snapshot, scope: Scope, port: GatewayPort, server: GatewayServer): FilterChain[] {
  const { tls } = server.server;
  if (tls === undefined) return [];
  return [
    {
      name: server.table ?? '',
      filterChainMatch: { serverNames: serverNames(server.hosts.map(({ host }) => host)) },
      transportSocket: serverQuic(tls, snapshot.mesh),
      filters: [gatewayManager(snapshot, scope, port, [server], true)],
    },
  ];
}
