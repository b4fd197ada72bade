import { TrafficDirection } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import { servicesAtAddress, servicesOnOpaquePort, type MeshConfig, type Service, type Snapshot } from '@flotilla/mesh';
import { blackHole, dynamicDns } from '../clusters/names.ts';
import { millis } from '../duration.ts';
import type { EnvoyResource } from '../envoy-resource.ts';
import type { Scope } from '../scope.ts';
import { unknownRequests, unknownTraffic } from '../unknown-traffic.ts';
import { forwardProxy } from './forward-proxy-filters.ts';
import { httpConnectionManager, routesByName, type HttpFilter, type NetworkFilter } from './http-connection-manager.ts';
import { alsoIpv6, httpInspector, listenerResource, tlsInspector, type ListenerFields } from './listener-resource.ts';
import { filterChains, takesAll, type OpaqueChain } from './opaque-chains.ts';
import { tcpChains, tlsChains } from './opaque-routes.ts';
import { addressBlocks, anyAddress, listenerName, namesHosts, opaquePort, opaquePorts, ownTable, type OutboundPort } from './outbound-ports.ts';
import { tcpProxy, toCluster } from './tcp-proxy.ts';

/** Where interception sends what leaves the workload, and where what comes in. */
export const outboundPort = 15001;

/** The one listener that outbound interception connects to; it hands connections on by where they were going. */
export function virtualOutbound(snapshot: Snapshot, scope: Scope): EnvoyResource {
  const unknown = unknownTraffic(snapshot, scope) ?? blackHole;
  return listenerResource('virtualOutbound', anyAddress, outboundPort, {
    trafficDirection: TrafficDirection.OUTBOUND,
    useOriginalDst: true,
    ...alsoIpv6(outboundPort, scope.ipv6),
    filterChains: [
      // A connection to the port itself would be passed on to itself for ever.
      { name: 'virtualOutbound-blackhole', filterChainMatch: { destinationPort: outboundPort }, filters: [tcpProxy(toCluster(blackHole), blackHole, undefined, 'outbound')] },
      { name: 'virtualOutbound-catchall-tcp', filters: [tcpProxy(toCluster(unknown), unknown, { mixerCluster: scope.mixerCluster, mesh: snapshot.mesh }, 'outbound')] },
    ],
  });
}

/**
 * The listener for connections to an address and port; nothing where no service has it.
 *
 * @param http whether there are routes for the port
 */
export function outboundListener(snapshot: Snapshot, scope: Scope, at: OutboundPort, http: boolean): EnvoyResource | undefined {
  const listed = at.bound !== undefined;
  const shared = listed || at.address === anyAddress;
  const candidates = shared ? servicesOnOpaquePort(snapshot, scope, at.port) : servicesAtAddress(snapshot, scope, at.address);
  const found = candidates.flatMap((service) => {
    const port = opaquePort(service, at.port);
    return port !== undefined && (listed || opaquePorts(service, scope).some(({ address }) => address === at.address)) ? [{ service, port }] : [];
  });
  const claimed = shared ? found : found.filter(({ service }) => service === claimant(candidates, at.port));
  const looksUp = unknownRequests(snapshot, scope) === dynamicDns || candidates.some((service) => namesHosts(service) && service.ports.some(({ number }) => number === at.port));
  const filters = looksUp ? [forwardProxy] : [];
  const routes = http ? [requests(snapshot, scope, at, String(at.port), filters)] : [];
  const serviceChains = claimed.flatMap(({ service, port }) => {
    const own = (port.protocol === 'TLS' ? tlsChains : tcpChains)(snapshot, scope, service, port, shared && !listed ? addressBlocks(service) : [], !shared);
    if (port.protocol !== 'AUTO') return own;
    const routed = shared ? routes : [requests(snapshot, scope, at, ownTable(service, port), filters)];
    return [...own.flatMap((chain) => routed.map((filter): OpaqueChain => ({ ...chain, http: true, filters: [filter] }))), ...own];
  });
  // What is not HTTP on a port for HTTP is for nobody that the mesh knows.
  const chains = [...serviceChains, ...(shared ? routes.map((filter): OpaqueChain => ({ serverNames: [], http: true, filters: [filter] })) : [])];
  if (chains.length === 0) return undefined;
  const limited = chains.filter((chain) => !takesAll(chain));
  const sniffed = limited.some((chain) => chain.http === true);
  const fallback = chains.find(takesAll)?.filters ?? [unclaimed(snapshot, scope)];
  const fields: ListenerFields = {
    trafficDirection: TrafficDirection.OUTBOUND,
    bindToPort: at.bound ?? false,
    ...alsoIpv6(at.port, at.address === anyAddress && scope.ipv6),
    ...inspection(snapshot.mesh, limited.some(({ serverNames }) => serverNames.length > 0), sniffed),
    filterChains: filterChains(limited),
    defaultFilterChain: { filters: [...fallback] },
  };
  return listenerResource(listenerName(at), at.address, at.port, fields);
}

/** How long a client may be silent before its connection is taken for one that the server opens, unless the mesh says. */
const silenceMs = 1000;

function inspection({ protocolDetectionTimeoutMs = silenceMs }: MeshConfig, names: boolean, http: boolean): ListenerFields {
  const listenerFilters = [...(names ? [tlsInspector] : []), ...(http ? [httpInspector] : [])];
  return { listenerFilters, ...(http ? { listenerFiltersTimeout: millis(protocolDetectionTimeoutMs), continueOnListenerFiltersTimeout: true } : {}) };
}

/** Of services that claim one address, the oldest with the port has it, be it for HTTP. */
function claimant(services: readonly Service[], number: number): Service | undefined {
  return services.find(({ ports }) => ports.some((port) => port.number === number));
}

/** What takes requests, to be routed by a route configuration. */
function requests({ mesh }: Snapshot, { mixerCluster }: Scope, at: OutboundPort, table: string, filters: readonly HttpFilter[]): NetworkFilter {
  return httpConnectionManager({ side: 'outbound', statPrefix: `outbound_${listenerName(at)}`, routes: routesByName(table), mixerCluster, mesh, filters });
}

/** What takes connections that are for no service. */
function unclaimed(snapshot: Snapshot, scope: Scope): NetworkFilter {
  const unknown = unknownTraffic(snapshot, scope) ?? blackHole;
  return tcpProxy(toCluster(unknown), unknown, { mixerCluster: scope.mixerCluster, mesh: snapshot.mesh }, 'outbound');
}
