import type { FilterChain } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_components_pb.js';
import type { Snapshot } from '@flotilla/mesh';
import type { Scope } from '../scope.ts';
import type { GatewayPort } from './gateway-layout.ts';
import { serverChains } from './gateway-listeners.ts';
import type { GatewayServer } from './gateway-server.ts';

/** The server that a filter chain of a port was made for; nothing for one that none of them asks for. */
export function serverOfChain(snapshot: Snapshot, scope: Scope, port: GatewayPort, { name, filterChainMatch }: FilterChain): GatewayServer | undefined {
  const [first] = port.servers;
  // All plain HTTP servers of a port have one chain.
  if (first?.kind === 'http') return first;
  const { serverNames = [] } = filterChainMatch ?? {};
  return port.servers.find((server) =>
    serverChains(snapshot, scope, port, server).some((chain) => {
      const own = chain.filterChainMatch?.serverNames ?? [];
      return (chain.name ?? '') === name && (serverNames.length === 0 ? own.length === 0 : serverNames.every((one) => own.includes(one)));
    }),
  );
}
