import type { Snapshot } from '@flotilla/mesh';
import { forwardProxy } from '../listeners/forward-proxy-filters.ts';
import { grpcWeb, httpConnectionManager, routesByName, type NetworkFilter } from '../listeners/http-connection-manager.ts';
import type { Scope } from '../scope.ts';
import type { GatewayPort } from './gateway-layout.ts';
import type { GatewayServer } from './gateway-server.ts';

/**
 * What takes the requests to servers that have one route configuration.
 *
 * @param port by which they come
 * @param http3 whether they come over QUIC
 */
export function gatewayManager({ mesh }: Snapshot, { mixerCluster, topology }: Scope, { name, looksUp }: Pick<GatewayPort, 'name' | 'looksUp'>, servers: readonly GatewayServer[], http3 = false): NetworkFilter {
  const translatesGrpc = servers.some(({ server }) => server.port.protocol.toUpperCase() === 'GRPC-WEB');
  return httpConnectionManager({
    side: 'gateway',
    statPrefix: `outbound_${name}`,
    routes: routesByName(servers[0]?.table ?? ''),
    mixerCluster,
    mesh,
    http3,
    ...(topology === undefined ? {} : { topology }),
    filters: [...(translatesGrpc ? [grpcWeb] : []), ...(looksUp ? [forwardProxy] : [])],
  });
}
