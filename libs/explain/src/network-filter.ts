import { anyUnpack } from '@bufbuild/protobuf/wkt';
import type { FilterChain } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_components_pb.js';
import type { Listener } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_pb.js';
import { HttpConnectionManagerSchema, type HttpConnectionManager } from '@flotilla/envoy-api/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js';
import { TcpProxySchema, type TcpProxy } from '@flotilla/envoy-api/envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy_pb.js';

/** The filter at the end of a chain, which takes the connection; undefined for one that is not known here. */
export type Terminal = { readonly http: HttpConnectionManager } | { readonly tcp: TcpProxy; readonly bySni: boolean } | undefined;

/** The terminal filter of a chain. */
export function terminalOf({ filters }: FilterChain): Terminal {
  const bySni = filters.some(({ configType }) => configType.case === 'typedConfig' && configType.value.typeUrl.includes('.sni_cluster.'));
  for (const { configType } of filters) {
    if (configType.case !== 'typedConfig') continue;
    const http = anyUnpack(configType.value, HttpConnectionManagerSchema);
    if (http !== undefined) return { http };
    const tcp = anyUnpack(configType.value, TcpProxySchema);
    if (tcp !== undefined) return { tcp, bySni };
  }
  return undefined;
}

/** What a client without a proxy goes by in its calls. */
export function callsOf({ apiListener }: Listener): HttpConnectionManager | undefined {
  return apiListener?.apiListener === undefined ? undefined : anyUnpack(apiListener.apiListener, HttpConnectionManagerSchema);
}

/** HTTP filters that send a request on, whatever it is, or of which a route says what they do. */
const plain: ReadonlySet<string> = new Set(['router', 'cors', 'fault', 'dynamic_forward_proxy'].map((name) => `envoy.filters.http.${name}`));

/** The filters before the last: those that may refuse a connection or request. */
export function decidingFilters({ filters }: FilterChain, http: HttpConnectionManager | undefined): string[] {
  const network = filters.slice(0, -1).map(({ name }) => name);
  return [...network, ...(http?.httpFilters.map(({ name }) => name) ?? []).filter((name) => !plain.has(name))];
}
