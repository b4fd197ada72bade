import type { FilterChainMatch, ListenerFilter, ListenerFilterChainMatchPredicate } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_components_pb.js';
import type { Listener } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_pb.js';
import type { ExplainRequest } from './request.ts';

/** A connection as a listener sees it once its listener filters have looked. */
export interface InspectedConnection {
  readonly address: string;
  readonly port: number;
  readonly source: string;
  readonly serverName: string;
  readonly transportProtocol: 'raw_buffer' | 'tls';
  readonly applicationProtocols: readonly string[];
}

/** What a listener can know of a connection: without an inspector, TLS and HTTP are bytes to it. */
export function inspect(listener: Listener, request: ExplainRequest): InspectedConnection {
  const { address, port, source, protocol, tls } = request;
  const seesTls = inspects(listener, 'tls_inspector', port) || needsTlsInspector(listener);
  const seesHttp = inspects(listener, 'http_inspector', port) && tls === 'plaintext';
  const http = protocol === 'http2' ? ['h2c'] : protocol === 'http' ? ['http/1.1'] : [];
  return {
    address,
    port,
    source,
    serverName: seesTls ? request.sni.toLowerCase() : '',
    transportProtocol: seesTls && tls !== 'plaintext' ? 'tls' : 'raw_buffer',
    applicationProtocols: seesHttp ? http : seesTls && tls !== 'plaintext' ? request.alpn : [],
  };
}

function inspects({ listenerFilters }: Listener, kind: string, port: number): boolean {
  const filter = listenerFilters.find((one) => typeOf(one).includes(`.${kind}.`));
  return filter !== undefined && !(filter.filterDisabled !== undefined && holds(filter.filterDisabled, port));
}

function typeOf({ configType }: ListenerFilter): string {
  return configType.case === 'typedConfig' ? configType.value.typeUrl : '';
}

/** Envoy adds the inspector itself where a filter chain cannot be told without it. */
function needsTlsInspector({ listenerFilters, filterChains }: Listener): boolean {
  if (listenerFilters.some((filter) => typeOf(filter).includes('.tls_inspector.'))) return false;
  return filterChains.some(({ filterChainMatch }) => filterChainMatch !== undefined && asksOfTls(filterChainMatch));
}

function asksOfTls({ transportProtocol, serverNames, applicationProtocols }: FilterChainMatch): boolean {
  return transportProtocol === 'tls' || (transportProtocol === '' && (serverNames.length > 0 || applicationProtocols.length > 0));
}

function holds({ rule }: ListenerFilterChainMatchPredicate, port: number): boolean {
  switch (rule.case) {
    case 'anyMatch':
      return rule.value;
    case 'notMatch':
      return !holds(rule.value, port);
    case 'orMatch':
      return rule.value.rules.some((one) => holds(one, port));
    case 'andMatch':
      return rule.value.rules.every((one) => holds(one, port));
    case 'destinationPortRange':
      return port >= rule.value.start && port < rule.value.end;
    default:
      return false;
  }
}
