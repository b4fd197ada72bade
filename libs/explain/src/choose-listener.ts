import { isIPv6 } from 'node:net';
import { TrafficDirection } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import type { Listener } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_pb.js';
import type { ProxyType } from '@flotilla/translate';
import { withoutPort } from './choose-virtual-host.ts';
import { authorityOf, type ExplainRequest } from './request.ts';

/** What of a proxy decides which of its listeners takes a connection. */
export interface ListenerPlace {
  readonly type: ProxyType;
  readonly ipAddresses: readonly string[];
  /** Where applications send their requests when nothing is intercepted. */
  readonly httpProxyPort?: number | undefined;
}

interface SocketPlace {
  readonly address: string;
  readonly port: number;
}

/**
 * The listener that takes a connection. Where connections are intercepted, the outbound listener looks up
 * the one for where the connection was going, by address and port, then by port, and keeps the rest.
 */
export function chooseListener(listeners: readonly Listener[], request: ExplainRequest, proxy: ListenerPlace): Listener | undefined {
  // A client without a proxy asks for its target.
  if (proxy.type === 'proxyless') return listeners.find(({ name }) => name === `${withoutPort(authorityOf(request))}:${request.port}`);
  const at = (address: string, port = request.port): Listener | undefined => listeners.find((listener) => placesOf(listener).some((place) => place.port === port && place.address === address));
  if (proxy.type === 'gateway') return firstFound([request.address, ...proxy.ipAddresses, ...anyAddress(request.address)], at) ?? listeners.find((listener) => placesOf(listener).some(({ port }) => port === request.port));
  if (request.direction === 'inbound') {
    const inbound = listeners.filter(({ trafficDirection }) => trafficDirection === TrafficDirection.INBOUND);
    const own = inbound.find((listener) => placesOf(listener).some(({ address, port }) => port === request.port && proxy.ipAddresses.includes(address)));
    return own ?? inbound.find((listener) => hasFilter(listener, 'envoy.filters.listener.original_dst'));
  }
  const intercepting = listeners.find(({ useOriginalDst }) => useOriginalDst === true);
  const direct = firstFound([request.address, ...anyAddress(request.address)], at);
  if (direct !== undefined || intercepting !== undefined) return direct ?? intercepting;
  const { httpProxyPort } = proxy;
  return httpProxyPort === undefined || request.protocol === 'tcp' ? undefined : firstFound(proxy.ipAddresses, (address) => at(address, httpProxyPort));
}

function firstFound(addresses: readonly string[], at: (address: string) => Listener | undefined): Listener | undefined {
  for (const address of addresses) {
    const found = at(address);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The addresses that stand for all of the same family. */
function anyAddress(address: string): readonly string[] {
  return isIPv6(address) ? ['::'] : ['0.0.0.0', '::'];
}

function placesOf({ address, additionalAddresses }: Listener): SocketPlace[] {
  return [address, ...additionalAddresses.map((more) => more.address)].flatMap((one) => {
    if (one?.address.case !== 'socketAddress' || one.address.value.portSpecifier.case !== 'portValue') return [];
    return [{ address: one.address.value.address, port: one.address.value.portSpecifier.value }];
  });
}

function hasFilter({ listenerFilters }: Listener, name: string): boolean {
  return listenerFilters.some((filter) => filter.name === name);
}
