import { TrafficDirection } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import type { Snapshot } from '@flotilla/mesh';
import type { EnvoyResource } from '../envoy-resource.ts';
import type { ProxyDescription } from '../proxy.ts';
import { httpProxyRoutes } from '../routing/sidecar-routes.ts';
import { forwardProxy } from './forward-proxy-filters.ts';
import { httpConnectionManager, routesByName } from './http-connection-manager.ts';
import { listenerResource } from './listener-resource.ts';

/** Where an application without interception sends its requests, as to any HTTP proxy. */
export function httpProxyListener({ mesh }: Snapshot, proxy: ProxyDescription): EnvoyResource[] {
  const [address] = proxy.ipAddresses;
  if (proxy.interception !== 'NONE' || proxy.httpProxyPort === undefined || address === undefined) return [];
  const manager = httpConnectionManager({
    side: 'outbound',
    statPrefix: httpProxyRoutes,
    routes: routesByName(httpProxyRoutes),
    mixerCluster: proxy.mixerCluster,
    mesh,
    filters: [forwardProxy],
  });
  return [
    listenerResource(`${address}_${proxy.httpProxyPort}`, address, proxy.httpProxyPort, {
      trafficDirection: TrafficDirection.OUTBOUND,
      filterChains: [{ filters: [manager] }],
    }),
  ];
}
