import { TrafficDirection } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import type { FilterChainSchema, ListenerFilterSchema } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_components_pb.js';
import { modeAt, mutualTlsFor, type MeshConfig, type MutualTls, type MutualTlsMode, type Snapshot } from '@flotilla/mesh';
import { blackHole, inboundCluster, inboundPassthrough } from '../clusters/names.ts';
import type { EnvoyResource } from '../envoy-resource.ts';
import type { Fields } from '../message-fields.ts';
import type { ProxyDescription } from '../proxy.ts';
import { serverMutualTls } from '../security/server-mutual-tls.ts';
import { inboundRoutes } from '../routing/inbound-routes.ts';
import { httpConnectionManager, type HttpFilter, type NetworkFilter } from './http-connection-manager.ts';
import { inboundChains, plainHttp, speechOf, type InboundChain, type Speech } from './inbound-chains.ts';
import type { InboundPort } from './inbound-port.ts';
import { exceptForPorts, httpInspector, listenerResource, originalDst, tlsInspector } from './listener-resource.ts';
import { anyAddress } from './outbound-ports.ts';
import { tcpProxy, toCluster } from './tcp-proxy.ts';

type FilterChainMatch = InboundChain['match'];
type Chain = Fields<typeof FilterChainSchema> & { readonly match: FilterChainMatch };
type ListenerFilter = Fields<typeof ListenerFilterSchema>;

/** Where inbound interception connects to. */
const inboundPort = 15006;

/** What the ways in to one port have in common. */
interface Entrance {
  readonly name: string;
  /** The port it is for; that of no other entrance, when absent. */
  readonly port?: number;
  readonly mode: MutualTlsMode;
  readonly speech: Speech;
  readonly cluster: string;
}

/**
 * What takes connections to a workload: one listener for all where they are intercepted, one a port
 * where they are not.
 *
 * @param policies filters that decide about requests
 */
export function inboundListeners(snapshot: Snapshot, proxy: ProxyDescription, ports: readonly InboundPort[], policies: readonly HttpFilter[]): EnvoyResource[] {
  const mutualTls = mutualTlsFor(snapshot, proxy.namespace, proxy.labels);
  const chainsOf = (entrance: Entrance) => filterChains(snapshot, proxy, entrance, policies);
  if (proxy.interception === 'REDIRECT') return [virtualInbound(ports, mutualTls, proxy, chainsOf)];
  return proxy.ipAddresses.slice(0, 1).flatMap((address) => ports.map((port) => ownListener(address, entranceOf(port, mutualTls), chainsOf)));
}

/** Connections to one port come here and nowhere else: only where there are several ways in must they be told apart. */
function ownListener(address: string, entrance: Entrance, chainsOf: (entrance: Entrance) => Chain[]): EnvoyResource {
  const { port = 0 } = entrance;
  const chains = chainsOf(entrance);
  const alone = chains.length === 1;
  return listenerResource(`${address}_${port}`, address, port, {
    trafficDirection: TrafficDirection.INBOUND,
    ...(alone ? {} : { listenerFilters: inspectors([entrance]), continueOnListenerFiltersTimeout: entrance.mode !== 'STRICT' }),
    filterChains: chains.map(({ match, ...chain }) => (alone ? chain : { filterChainMatch: match, ...chain })),
  });
}

function virtualInbound(ports: readonly InboundPort[], mutualTls: MutualTls, proxy: ProxyDescription, chainsOf: (entrance: Entrance) => Chain[]): EnvoyResource {
  const known = ports.map((port) => entranceOf(port, mutualTls));
  // Ports that no service names, but a policy does.
  const others = Object.keys(mutualTls.ports).map(Number).filter((number) => !ports.some((port) => port.number === number));
  const rest: Entrance = { name: 'virtualInbound', mode: mutualTls.mode, speech: 'detected', cluster: inboundPassthrough };
  const entrances = [...known, ...others.map((port) => ({ ...rest, port, mode: modeAt(mutualTls, port) })), rest];
  return listenerResource('virtualInbound', anyAddress, inboundPort, {
    trafficDirection: TrafficDirection.INBOUND,
    listenerFilters: [originalDst, ...inspectors(entrances)],
    // Where plain text is let in, so is who waits for the server to speak first, if only after a while.
    continueOnListenerFiltersTimeout: entrances.some(({ mode }) => mode !== 'STRICT'),
    filterChains: [
      { name: 'virtualInbound-blackhole', filterChainMatch: { destinationPort: inboundPort }, filters: [tcpProxy(toCluster(blackHole), blackHole, undefined, 'inbound')] },
      ...entrances.flatMap((entrance) => chainsOf(entrance).map(({ match, ...chain }) => ({ name: entrance.name, filterChainMatch: { ...toPort(entrance), ...match }, ...chain }))),
    ],
  });
}

function entranceOf({ number, protocol }: InboundPort, mutualTls: MutualTls): Entrance {
  return { name: `${anyAddress}_${number}`, port: number, mode: modeAt(mutualTls, number), speech: speechOf(protocol), cluster: inboundCluster(number) };
}

/** What finds out how connections come; never where it makes no difference, for there the server may be the one to speak first. */
function inspectors(entrances: readonly Entrance[]): ListenerFilter[] {
  const spared = (needed: (chain: InboundChain) => boolean) =>
    entrances.flatMap(({ port, mode, speech }) => (port === undefined || inboundChains(mode, speech).some(needed) ? [] : [port]));
  const inspecting = (needed: (chain: InboundChain) => boolean) => entrances.some(({ mode, speech }) => inboundChains(mode, speech).some(needed));
  const byTransport = ({ match }: InboundChain) => match.transportProtocol !== undefined;
  const byPlainHttp = ({ match }: InboundChain) => match.applicationProtocols === plainHttp;
  return [
    ...(inspecting(byTransport) ? [exceptForPorts(tlsInspector, spared(byTransport))] : []),
    ...(inspecting(byPlainHttp) ? [exceptForPorts(httpInspector, spared(byPlainHttp))] : []),
  ];
}

function toPort({ port }: Entrance): FilterChainMatch {
  return port === undefined ? {} : { destinationPort: port };
}

function filterChains({ mesh }: Snapshot, proxy: ProxyDescription, entrance: Entrance, policies: readonly HttpFilter[]): Chain[] {
  return inboundChains(entrance.mode, entrance.speech).map(({ match, mutualTls, http }) => ({
    match,
    ...(mutualTls ? { transportSocket: serverMutualTls(mesh.trustDomain, http) } : {}),
    filters: [toApplication(mesh, proxy, entrance, http, policies)],
  }));
}

function toApplication(mesh: MeshConfig, { mixerCluster }: ProxyDescription, { cluster, port }: Entrance, http: boolean, policies: readonly HttpFilter[]): NetworkFilter {
  const passing = cluster === inboundPassthrough;
  const statPrefix = passing ? inboundPassthrough : `inbound_${anyAddress}_${port ?? 0}`;
  if (!http) return tcpProxy(toCluster(cluster), statPrefix, mixerCluster, 'inbound');
  return httpConnectionManager({ side: 'inbound', statPrefix, routes: inboundRoutes(cluster, passing ? 0 : (port ?? 0)), mixerCluster, mesh, filters: policies });
}
