import { create } from '@bufbuild/protobuf';
import type { Any } from '@bufbuild/protobuf/wkt';
import { TransportSocketSchema, type TransportSocket } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import { RawBufferSchema } from '@flotilla/envoy-api/envoy/extensions/transport_sockets/raw_buffer/v3/raw_buffer_pb.js';
import { typedConfig } from '../typed-config.ts';

export type { TransportSocket };

/** Plain text. */
export const plainText: TransportSocket = create(TransportSocketSchema, {
  name: 'envoy.transport_sockets.raw_buffer',
  configType: { case: 'typedConfig', value: typedConfig(RawBufferSchema, {}) },
});

/** TLS, upstream or downstream as its context says. */
export function tlsSocket(context: Any): TransportSocket {
  return { $typeName: 'envoy.config.core.v3.TransportSocket', name: 'envoy.transport_sockets.tls', configType: { case: 'typedConfig', value: context } };
}
