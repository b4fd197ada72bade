import { TrafficDirection } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import type { FilterChainSchema } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_components_pb.js';
import { servicesAtAddress, servicesOnOpaquePort, type Service, type ServicePort, type Snapshot } from '@flotilla/mesh';
import { blackHole } from '../clusters/names.ts';
import type { EnvoyResource } from '../envoy-resource.ts';
import type { Fields } from '../message-fields.ts';
import type { Scope } from '../scope.ts';
import { unknownTraffic } from '../unknown-traffic.ts';
import { httpConnectionManager, routesByName } from './http-connection-manager.ts';
import { listenerResource, tlsInspector, type ListenerFields } from './listener-resource.ts';
import { tcpFilter, tlsFilters, type NamedConnections } from './opaque-routes.ts';
import { anyAddress, listenerName, opaquePort, opaquePorts, type OutboundPort } from './outbound-ports.ts';
import { tcpProxy, toCluster } from './tcp-proxy.ts';

type FilterChain = Fields<typeof FilterChainSchema>;

/** Where interception sends what leaves the workload, and where what comes in. */
export const outboundPort = 15001;

/** The one listener that outbound interception connects to; it hands connections on by where they were going. */
export function virtualOutbound(snapshot: Snapshot, scope: Scope): EnvoyResource {
  const unknown = unknownTraffic(snapshot, scope) ?? blackHole;
  return listenerResource('virtualOutbound', anyAddress, outboundPort, {
    trafficDirection: TrafficDirection.OUTBOUND,
    useOriginalDst: true,
    filterChains: [
      // A connection to the port itself would be passed on to itself for ever.
      { name: 'virtualOutbound-blackhole', filterChainMatch: { destinationPort: outboundPort }, filters: [tcpProxy(toCluster(blackHole), blackHole, undefined, 'outbound')] },
      { name: 'virtualOutbound-catchall-tcp', filters: [tcpProxy(toCluster(unknown), unknown, scope.mixerCluster, 'outbound')] },
    ],
  });
}

/**
 * The listener for connections to an address and port; nothing where no service has it.
 *
 * @param http whether there are routes for the port
 */
export function outboundListener(snapshot: Snapshot, scope: Scope, at: OutboundPort, http: boolean): EnvoyResource | undefined {
  const shared = at.address === anyAddress;
  const candidates = shared ? servicesOnOpaquePort(snapshot, scope, at.port) : servicesAtAddress(snapshot, scope, at.address);
  const found = candidates.flatMap((service) => {
    const port = opaquePort(service, at.port);
    return port !== undefined && opaquePorts(service).some(({ address }) => address === at.address) ? [{ service, port }] : [];
  });
  const byName = shared ? namedChains(found.flatMap(({ service, port }) => (port.protocol === 'TLS' ? tlsFilters(snapshot, scope, service, port) : []))) : [];
  const plain = shared ? found.find(({ port }) => port.protocol === 'TCP') : found.find(({ service }) => service === claimant(candidates, at.port));
  const routed = shared && http;
  if (!routed && byName.length === 0 && plain === undefined) return undefined;
  const fields: ListenerFields = {
    trafficDirection: TrafficDirection.OUTBOUND,
    bindToPort: false,
    ...(byName.length > 0 ? { listenerFilters: [tlsInspector] } : {}),
    filterChains: byName,
    defaultFilterChain: { filters: [rest(snapshot, scope, at, routed, plain)] },
  };
  return listenerResource(listenerName(at), at.address, at.port, fields);
}

/** One chain for each rule; a name belongs to the first that has it, for Envoy refuses a listener in which one comes twice. */
function namedChains(named: readonly NamedConnections[]): FilterChain[] {
  const taken = new Set<string>();
  return named.flatMap(({ serverNames, filter }) => {
    const own = [...new Set(serverNames)].filter((name) => name !== '*' && !taken.has(name));
    for (const name of own) taken.add(name);
    return own.length === 0 ? [] : [{ filterChainMatch: { serverNames: own }, filters: [filter] }];
  });
}

/** Of services that claim one address, the oldest with the port has it, be it for HTTP. */
function claimant(services: readonly Service[], number: number): Service | undefined {
  return services.find(({ ports }) => ports.some((port) => port.number === number));
}

/** What takes connections that no host name claims: routes first, then the oldest plain TCP service. */
function rest(snapshot: Snapshot, scope: Scope, at: OutboundPort, http: boolean, plain: { service: Service; port: ServicePort } | undefined) {
  const { mixerCluster } = scope;
  if (http) return httpConnectionManager({ side: 'outbound', statPrefix: `outbound_${listenerName(at)}`, routes: routesByName(String(at.port)), mixerCluster });
  if (plain !== undefined) return tcpFilter(snapshot, scope, plain.service, plain.port);
  const unknown = unknownTraffic(snapshot, scope) ?? blackHole;
  return tcpProxy(toCluster(unknown), unknown, mixerCluster, 'outbound');
}
