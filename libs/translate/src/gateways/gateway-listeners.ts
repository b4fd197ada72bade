import { TrafficDirection } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import type { Snapshot } from '@flotilla/mesh';
import type { EnvoyResource } from '../envoy-resource.ts';
import { httpConnectionManager, routesByName } from '../listeners/http-connection-manager.ts';
import { listenerResource } from '../listeners/listener-resource.ts';
import type { Scope } from '../scope.ts';
import { httpServers } from './gateway-server.ts';
import { gatewayTable } from './gateway-routes.ts';

/** One listener for each port, and address to bind, that the Gateways of a scope name. */
export function gatewayListeners(snapshot: Snapshot, scope: Scope): EnvoyResource[] {
  const listeners = new Map<string, EnvoyResource>();
  for (const { server, port } of httpServers(snapshot, scope)) {
    const bind = server.bind === undefined || server.bind === '' ? undefined : server.bind;
    const name = `${bind ?? '0.0.0.0'}_${port}`;
    if (!listeners.has(name)) listeners.set(name, listener(snapshot, name, bind ?? scope.bind ?? '0.0.0.0', port, scope));
  }
  return [...listeners.values()];
}

function listener(snapshot: Snapshot, name: string, address: string, port: number, scope: Scope): EnvoyResource {
  const table = gatewayTable(port);
  const manager = httpConnectionManager({ side: 'gateway', statPrefix: `outbound_${name}`, routes: routesByName(table), mixerCluster: scope.mixerCluster, mesh: snapshot.mesh });
  return listenerResource(name, address, port, { trafficDirection: TrafficDirection.OUTBOUND, filterChains: [{ filters: [manager] }] });
}
