import type { Snapshot } from '@flotilla/mesh';
import { grpcWeb, httpConnectionManager, routesByName, type NetworkFilter } from '../listeners/http-connection-manager.ts';
import type { Scope } from '../scope.ts';
import type { GatewayServer } from './gateway-server.ts';

/**
 * What takes the requests to servers that have one route configuration.
 *
 * @param listener the name of the listener they come by
 * @param http3 whether they come over QUIC
 */
export function gatewayManager({ mesh }: Snapshot, { mixerCluster }: Scope, listener: string, servers: readonly GatewayServer[], http3 = false): NetworkFilter {
  const translatesGrpc = servers.some(({ server }) => server.port.protocol.toUpperCase() === 'GRPC-WEB');
  return httpConnectionManager({
    side: 'gateway',
    statPrefix: `outbound_${listener}`,
    routes: routesByName(servers[0]?.table ?? ''),
    mixerCluster,
    mesh,
    http3,
    filters: translatesGrpc ? [grpcWeb] : [],
  });
}
