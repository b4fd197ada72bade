import { FilterConfigSchema } from '@flotilla/envoy-api/envoy/extensions/filters/http/dynamic_forward_proxy/v3/dynamic_forward_proxy_pb.js';
import { FilterConfigSchema as SniFilterConfigSchema } from '@flotilla/envoy-api/envoy/extensions/filters/network/sni_dynamic_forward_proxy/v3/sni_dynamic_forward_proxy_pb.js';
import { forwardProxyCache } from '../clusters/forward-proxy.ts';
import { typedConfig } from '../typed-config.ts';
import type { HttpFilter, NetworkFilter } from './http-connection-manager.ts';

/** Resolves the hosts of requests whose cluster goes to whatever host they name; it leaves others alone. */
export const forwardProxy: HttpFilter = {
  name: 'envoy.filters.http.dynamic_forward_proxy',
  configType: { case: 'typedConfig', value: typedConfig(FilterConfigSchema, { implementationSpecifier: { case: 'dnsCacheConfig', value: forwardProxyCache } }) },
};

/** Resolves the name that a TLS client asks for, to be connected to on a port. */
export function sniForwardProxy(port: number): NetworkFilter {
  const config = typedConfig(SniFilterConfigSchema, { dnsCacheConfig: forwardProxyCache, portSpecifier: { case: 'portValue', value: port } });
  return { name: 'envoy.filters.network.sni_dynamic_forward_proxy', configType: { case: 'typedConfig', value: config } };
}
