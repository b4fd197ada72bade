import type { FilterChain } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_components_pb.js';
import type { Listener } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_pb.js';
import type { FilterChainMatch, ListenerMatch } from '@flotilla/resources';

/** The listeners that take intercepted connections for all ports: their filter chains have the ports. */
const forAllPorts = new Set(['virtualInbound', 'virtualOutbound']);

/** Whether a patch is for a listener. Names of ports are matched by nothing, as in Istio. */
export function listenerMatches(listener: Listener, match: ListenerMatch | undefined): boolean {
  if (match === undefined) return true;
  if (match.name && match.name !== listener.name) return false;
  if (match.listenerFilter && !listener.listenerFilters.some(({ name }) => name === match.listenerFilter)) return false;
  return !match.portNumber || forAllPorts.has(listener.name) || portOf(listener) === match.portNumber;
}

function portOf({ address }: Listener): number | undefined {
  const socket = address?.address;
  return socket?.case === 'socketAddress' && socket.value.portSpecifier.case === 'portValue' ? socket.value.portSpecifier.value : undefined;
}

/** Whether a patch is for a filter chain of a listener that it is for. */
export function filterChainMatches(listener: Listener, chain: FilterChain, match: ListenerMatch | undefined): boolean {
  const { filterChainMatch } = chain;
  if (match?.portNumber && forAllPorts.has(listener.name) && filterChainMatch?.destinationPort !== match.portNumber) return false;
  const wanted: FilterChainMatch = match?.filterChain ?? {};
  if (wanted.name && wanted.name !== chain.name) return false;
  if (wanted.sni && filterChainMatch?.serverNames.includes(wanted.sni) !== true) return false;
  if (wanted.transportProtocol && wanted.transportProtocol !== filterChainMatch?.transportProtocol) return false;
  if (wanted.transportSocket && wanted.transportSocket !== chain.transportSocket?.name) return false;
  if (wanted.destinationPort && wanted.destinationPort !== filterChainMatch?.destinationPort) return false;
  const protocols = wanted.applicationProtocols?.split(',').map((protocol) => protocol.trim()) ?? [];
  return protocols.every((protocol) => protocol === '' || filterChainMatch?.applicationProtocols.includes(protocol) === true);
}

const connectionManager = 'envoy.filters.network.http_connection_manager';
const aliases: Readonly<Record<string, string>> = { 'envoy.http_connection_manager': connectionManager, 'envoy.tcp_proxy': 'envoy.filters.network.tcp_proxy' };

/** A test for network filters of the name that a match has, also by a name of old; nothing where it has none. */
export function networkFilterNamed(match: ListenerMatch | undefined): ((filter: { readonly name: string }) => boolean) | undefined {
  const wanted = match?.filterChain?.filter?.name;
  if (!wanted) return undefined;
  return ({ name }) => name === (aliases[wanted] ?? wanted);
}

/** The same for the HTTP filters within. */
export function httpFilterNamed(match: ListenerMatch | undefined): ((filter: { readonly name: string }) => boolean) | undefined {
  const wanted = match?.filterChain?.filter?.subFilter?.name;
  return wanted ? ({ name }) => name === wanted : undefined;
}
