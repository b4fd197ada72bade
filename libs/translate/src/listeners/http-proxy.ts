import { TrafficDirection } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import { FilterConfigSchema } from '@flotilla/envoy-api/envoy/extensions/filters/http/dynamic_forward_proxy/v3/dynamic_forward_proxy_pb.js';
import type { Snapshot } from '@flotilla/mesh';
import { forwardProxyCache } from '../clusters/forward-proxy.ts';
import type { EnvoyResource } from '../envoy-resource.ts';
import type { ProxyDescription } from '../proxy.ts';
import { httpProxyRoutes } from '../routing/sidecar-routes.ts';
import { typedConfig } from '../typed-config.ts';
import { httpConnectionManager, routesByName, type HttpFilter } from './http-connection-manager.ts';
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

/** Resolves the hosts of requests whose cluster goes to whatever host they name; it leaves others alone. */
const forwardProxy: HttpFilter = {
  name: 'envoy.filters.http.dynamic_forward_proxy',
  configType: { case: 'typedConfig', value: typedConfig(FilterConfigSchema, { implementationSpecifier: { case: 'dnsCacheConfig', value: forwardProxyCache } }) },
};
