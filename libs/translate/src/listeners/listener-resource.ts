import { ListenerSchema } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_pb.js';
import type { ListenerFilterSchema } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_components_pb.js';
import { HttpInspectorSchema } from '@flotilla/envoy-api/envoy/extensions/filters/listener/http_inspector/v3/http_inspector_pb.js';
import { OriginalDstSchema } from '@flotilla/envoy-api/envoy/extensions/filters/listener/original_dst/v3/original_dst_pb.js';
import { ProxyProtocolSchema } from '@flotilla/envoy-api/envoy/extensions/filters/listener/proxy_protocol/v3/proxy_protocol_pb.js';
import { TlsInspectorSchema } from '@flotilla/envoy-api/envoy/extensions/filters/listener/tls_inspector/v3/tls_inspector_pb.js';
import type { MeshConfig } from '@flotilla/mesh';
import { millis } from '../duration.ts';
import { typeUrls, type EnvoyResource } from '../envoy-resource.ts';
import type { Fields } from '../message-fields.ts';
import { socketAddress } from '../socket-address.ts';
import { typedConfig } from '../typed-config.ts';
import { encode } from '../wire/encode.ts';

export type ListenerFields = Fields<typeof ListenerSchema>;

/** A listener at an address and port, or at a socket of the file system (`unix:///path`). */
export function listenerResource(name: string, address: string, port: number, fields: ListenerFields): EnvoyResource {
  const bytes = encode(ListenerSchema, {
    name,
    address: { address: socketAddress(address, port) },
    ...fields,
  });
  return { typeUrl: typeUrls.listener, name, bytes };
}

/** All addresses of IPv6, besides those of IPv4, for proxies that have some of both. */
export function alsoIpv6(port: number, wanted: boolean): Pick<ListenerFields, 'additionalAddresses'> {
  return wanted ? { additionalAddresses: [{ address: { address: socketAddress('::', port) } }] } : {};
}

/** Reads where an intercepted connection was going. */
export const originalDst: Fields<typeof ListenerFilterSchema> = {
  name: 'envoy.filters.listener.original_dst',
  configType: { case: 'typedConfig', value: typedConfig(OriginalDstSchema, {}) },
};

/** Finds plain HTTP in what a client says first. */
export const httpInspector: Fields<typeof ListenerFilterSchema> = {
  name: 'envoy.filters.listener.http_inspector',
  configType: { case: 'typedConfig', value: typedConfig(HttpInspectorSchema, {}) },
};

/** A listener filter that leaves connections to some ports alone. */
export function exceptForPorts(filter: Fields<typeof ListenerFilterSchema>, ports: readonly number[]): Fields<typeof ListenerFilterSchema> {
  const [first, ...others] = ports.map((port) => ({ rule: { case: 'destinationPortRange' as const, value: { start: port, end: port + 1 } } }));
  if (first === undefined) return filter;
  return { ...filter, filterDisabled: others.length === 0 ? first : { rule: { case: 'orMatch', value: { rules: [first, ...others] } } } };
}

/** Reads the host name that a TLS client asks for. */
export const tlsInspector: Fields<typeof ListenerFilterSchema> = {
  name: 'envoy.filters.listener.tls_inspector',
  configType: { case: 'typedConfig', value: typedConfig(TlsInspectorSchema, {}) },
};

/** Reads, before all else, who the client was that a load balancer passes on. */
export const proxyProtocol: Fields<typeof ListenerFilterSchema> = {
  name: 'envoy.filters.listener.proxy_protocol',
  configType: { case: 'typedConfig', value: typedConfig(ProxyProtocolSchema, {}) },
};

/** How long inspectors wait for what a client says first, where the mesh does not leave that to Envoy. */
export function detectionTimeout({ protocolDetectionTimeoutMs: wait }: MeshConfig): Pick<ListenerFields, 'listenerFiltersTimeout'> {
  return wait === undefined ? {} : { listenerFiltersTimeout: millis(wait) };
}
