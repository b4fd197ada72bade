import { TrafficDirection } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import type { FilterChainSchema } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_components_pb.js';
import { isHttp, type Snapshot } from '@flotilla/mesh';
import { blackHole, inboundCluster, inboundPassthrough } from '../clusters/names.ts';
import type { EnvoyResource } from '../envoy-resource.ts';
import type { Fields } from '../message-fields.ts';
import type { ProxyDescription } from '../proxy.ts';
import { serverMutualTls } from '../security/server-mutual-tls.ts';
import { inboundRoutes } from '../routing/inbound-routes.ts';
import { httpConnectionManager, type HttpFilter, type NetworkFilter } from './http-connection-manager.ts';
import type { InboundPort } from './inbound-port.ts';
import { listenerResource, originalDst, tlsInspector } from './listener-resource.ts';
import { anyAddress } from './outbound-ports.ts';
import { tcpProxy, toCluster } from './tcp-proxy.ts';

type FilterChain = Fields<typeof FilterChainSchema>;

/** Where inbound interception connects to. */
const inboundPort = 15006;

/**
 * What takes connections to a workload: one listener for all where they are intercepted, one a port
 * where they are not.
 *
 * @param policies filters that decide about requests
 */
export function inboundListeners(snapshot: Snapshot, proxy: ProxyDescription, ports: readonly InboundPort[], policies: readonly HttpFilter[]): EnvoyResource[] {
  if (proxy.interception === 'REDIRECT') return [virtualInbound(snapshot, proxy, ports, policies)];
  return proxy.ipAddresses.slice(0, 1).flatMap((address) =>
    ports.map((port) =>
      listenerResource(`${address}_${port.number}`, address, port.number, {
        trafficDirection: TrafficDirection.INBOUND,
        filterChains: [{ ...secured(snapshot, isHttp(port.protocol)), filters: [toApplication(snapshot, proxy, port, policies)] }],
      }),
    ),
  );
}

function virtualInbound(snapshot: Snapshot, proxy: ProxyDescription, ports: readonly InboundPort[], policies: readonly HttpFilter[]): EnvoyResource {
  const known = ports.map((port): FilterChain => ({
    name: `${anyAddress}_${port.number}`,
    ...secured(snapshot, isHttp(port.protocol)),
    filterChainMatch: { destinationPort: port.number, ...encrypted(snapshot) },
    filters: [toApplication(snapshot, proxy, port, policies)],
  }));
  return listenerResource('virtualInbound', anyAddress, inboundPort, {
    trafficDirection: TrafficDirection.INBOUND,
    listenerFilters: [originalDst, tlsInspector],
    filterChains: [
      { name: 'virtualInbound-blackhole', filterChainMatch: { destinationPort: inboundPort }, filters: [tcpProxy(toCluster(blackHole), blackHole, undefined, 'inbound')] },
      ...known,
      {
        name: 'virtualInbound',
        ...secured(snapshot, false),
        filterChainMatch: encrypted(snapshot),
        filters: [tcpProxy(toCluster(inboundPassthrough), inboundPassthrough, proxy.mixerCluster, 'inbound')],
      },
    ],
  });
}

/** With STRICT mTLS, connections in plain text match nothing and are closed. */
function encrypted({ mesh }: Snapshot): NonNullable<FilterChain['filterChainMatch']> {
  return mesh.mtlsMode === 'STRICT' ? { transportProtocol: 'tls' } : {};
}

function secured({ mesh }: Snapshot, http: boolean): Pick<FilterChain, 'transportSocket'> {
  return mesh.mtlsMode === 'STRICT' ? { transportSocket: serverMutualTls(mesh.trustDomain, http) } : {};
}

function toApplication(snapshot: Snapshot, proxy: ProxyDescription, port: InboundPort, policies: readonly HttpFilter[]): NetworkFilter {
  const cluster = inboundCluster(port.number);
  const statPrefix = `inbound_${anyAddress}_${port.number}`;
  if (!isHttp(port.protocol)) return tcpProxy(toCluster(cluster), statPrefix, proxy.mixerCluster, 'inbound');
  return httpConnectionManager({ side: 'inbound', statPrefix, routes: inboundRoutes(port.number), mixerCluster: proxy.mixerCluster, mesh: snapshot.mesh, filters: policies });
}
