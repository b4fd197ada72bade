import { isIPv6 } from 'node:net';
import { TrafficDirection } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import type { FilterChainSchema, ListenerFilterSchema } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_components_pb.js';
import { modeAt, mutualTlsFor, type MeshConfig, type MutualTls, type Snapshot } from '@flotilla/mesh';
import type { ConnectionPoolSettings, ServerTLSSettings } from '@flotilla/resources';
import { blackHole, inboundCluster, inboundPassthrough } from '../clusters/names.ts';
import type { EnvoyResource } from '../envoy-resource.ts';
import type { Fields } from '../message-fields.ts';
import type { ProxyDescription } from '../proxy.ts';
import { serverMutualTls } from '../security/server-mutual-tls.ts';
import { serverTls } from '../security/server-tls.ts';
import { inboundRoutes } from '../routing/inbound-routes.ts';
import { connectionSettings } from './connection-settings.ts';
import { httpConnectionManager, type HttpFilter, type NetworkFilter } from './http-connection-manager.ts';
import { inboundChains, ownTls, plainHttp, speechOf, type InboundChain } from './inbound-chains.ts';
import type { InboundPort } from './inbound-port.ts';
import { alsoIpv6, detectionTimeout, exceptForPorts, httpInspector, listenerResource, originalDst, tlsInspector } from './listener-resource.ts';
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
  readonly chains: readonly InboundChain[];
  /** TLS of the application's own, where that ends here. */
  readonly tls?: ServerTLSSettings;
  /** Limits of connections to the application. */
  readonly connectionPool?: ConnectionPoolSettings;
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
  const intercepted = proxy.interception === 'REDIRECT';
  const listeners = ports.flatMap((port) => {
    const address = port.bind ?? (intercepted ? undefined : proxy.ipAddresses[0]);
    return address === undefined ? [] : [ownListener(snapshot.mesh, address, entranceOf(port, mutualTls), chainsOf)];
  });
  return intercepted ? [virtualInbound(snapshot.mesh, proxy, ports.filter(({ bind }) => bind === undefined), mutualTls, chainsOf), ...listeners] : listeners;
}

/** Connections to one port come here and nowhere else: only where there are several ways in must they be told apart. */
function ownListener(mesh: MeshConfig, address: string, entrance: Entrance, chainsOf: (entrance: Entrance) => Chain[]): EnvoyResource {
  const { port = 0 } = entrance;
  const chains = chainsOf(entrance);
  // TLS fails by itself where there is none.
  const alone = chains.length === 1;
  return listenerResource(`${address}_${port}`, address, port, {
    trafficDirection: TrafficDirection.INBOUND,
    ...(alone ? {} : { listenerFilters: inspectors([entrance]), continueOnListenerFiltersTimeout: takesPlainText([entrance]), ...detectionTimeout(mesh) }),
    filterChains: chains.map(({ match, ...chain }) => (alone ? chain : { filterChainMatch: match, ...chain })),
  });
}

function virtualInbound(mesh: MeshConfig, { ipAddresses }: ProxyDescription, ports: readonly InboundPort[], mutualTls: MutualTls, chainsOf: (entrance: Entrance) => Chain[]): EnvoyResource {
  const known = ports.map((port) => entranceOf(port, mutualTls));
  // Ports that no service names, but a policy does.
  const others = Object.keys(mutualTls.ports).map(Number).filter((number) => !ports.some((port) => port.number === number));
  const rest: Entrance = { name: 'virtualInbound', chains: inboundChains(mutualTls.mode, 'detected'), cluster: inboundPassthrough };
  const entrances = [...known, ...others.map((port) => ({ ...rest, port, chains: inboundChains(modeAt(mutualTls, port), 'detected') })), rest];
  return listenerResource('virtualInbound', anyAddress, inboundPort, {
    trafficDirection: TrafficDirection.INBOUND,
    ...alsoIpv6(inboundPort, ipAddresses.some(isIPv6)),
    listenerFilters: [originalDst, ...inspectors(entrances)],
    // Where plain text is let in, so is who waits for the server to speak first, if only after a while.
    continueOnListenerFiltersTimeout: takesPlainText(entrances),
    ...detectionTimeout(mesh),
    filterChains: [
      { name: 'virtualInbound-blackhole', filterChainMatch: { destinationPort: inboundPort }, filters: [tcpProxy(toCluster(blackHole), blackHole, undefined, 'inbound')] },
      ...entrances.flatMap((entrance) => chainsOf(entrance).map(({ match, ...chain }) => ({ name: entrance.name, filterChainMatch: { ...toPort(entrance), ...match }, ...chain }))),
    ],
  });
}

function entranceOf({ number, protocol, tls, connectionPool }: InboundPort, mutualTls: MutualTls): Entrance {
  const entrance = { name: `${anyAddress}_${number}`, port: number, cluster: inboundCluster(number), ...(connectionPool === undefined ? {} : { connectionPool }) };
  const mode = modeAt(mutualTls, number);
  if (tls !== undefined && mode === 'DISABLE') return { ...entrance, chains: ownTls(tls.http), tls: tls.settings };
  return { ...entrance, chains: inboundChains(mode, speechOf(protocol)) };
}

function takesPlainText(entrances: readonly Entrance[]): boolean {
  return entrances.some(({ chains }) => chains.some(({ match }) => match.transportProtocol !== 'tls'));
}

/** What finds out how connections come; never where it makes no difference, for there the server may be the one to speak first. */
function inspectors(entrances: readonly Entrance[]): ListenerFilter[] {
  const spared = (needed: (chain: InboundChain) => boolean) =>
    entrances.flatMap(({ port, chains }) => (port === undefined || chains.some(needed) ? [] : [port]));
  const inspecting = (needed: (chain: InboundChain) => boolean) => entrances.some(({ chains }) => chains.some(needed));
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
  return entrance.chains.map(({ match, mutualTls, http }) => ({
    match,
    ...(mutualTls ? { transportSocket: serverMutualTls(mesh, http) } : {}),
    ...(entrance.tls === undefined ? {} : { transportSocket: serverTls(entrance.tls, mesh, http ? ['h2', 'http/1.1'] : []) }),
    filters: [toApplication(mesh, proxy, entrance, http, policies)],
  }));
}

function toApplication(mesh: MeshConfig, { mixerCluster }: ProxyDescription, { cluster, port, connectionPool }: Entrance, http: boolean, policies: readonly HttpFilter[]): NetworkFilter {
  const passing = cluster === inboundPassthrough;
  const statPrefix = passing ? inboundPassthrough : `inbound_${anyAddress}_${port ?? 0}`;
  if (!http) return tcpProxy(toCluster(cluster), statPrefix, { mixerCluster, mesh }, 'inbound', connectionSettings(connectionPool === undefined ? {} : { connectionPool }));
  return httpConnectionManager({ side: 'inbound', statPrefix, routes: inboundRoutes(cluster, passing ? 0 : (port ?? 0)), mixerCluster, mesh, filters: policies });
}
