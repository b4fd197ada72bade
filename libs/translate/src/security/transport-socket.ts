import type { TransportSocketSchema } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import { RawBufferSchema } from '@flotilla/envoy-api/envoy/extensions/transport_sockets/raw_buffer/v3/raw_buffer_pb.js';
import { DownstreamTlsContextSchema, UpstreamTlsContextSchema } from '@flotilla/envoy-api/envoy/extensions/transport_sockets/tls/v3/tls_pb.js';
import { typedConfig } from '../typed-config.ts';
import type { Fields } from '../message-fields.ts';

export type TransportSocket = Fields<typeof TransportSocketSchema>;

/** Plain text. */
export const plainText: TransportSocket = {
  name: 'envoy.transport_sockets.raw_buffer',
  configType: { case: 'typedConfig', value: typedConfig(RawBufferSchema, {}) },
};

/** TLS towards a server. */
export function upstreamTls(context: Fields<typeof UpstreamTlsContextSchema>): TransportSocket {
  return { name: 'envoy.transport_sockets.tls', configType: { case: 'typedConfig', value: typedConfig(UpstreamTlsContextSchema, context) } };
}

/** TLS towards clients. */
export function downstreamTls(context: Fields<typeof DownstreamTlsContextSchema>): TransportSocket {
  return { name: 'envoy.transport_sockets.tls', configType: { case: 'typedConfig', value: typedConfig(DownstreamTlsContextSchema, context) } };
}
