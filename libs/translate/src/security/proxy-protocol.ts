import { ProxyProtocolConfig_Version as Version } from '@flotilla/envoy-api/envoy/config/core/v3/proxy_protocol_pb.js';
import { create } from '@bufbuild/protobuf';
import { TransportSocketSchema } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import { ProxyProtocolUpstreamTransportSchema } from '@flotilla/envoy-api/envoy/extensions/transport_sockets/proxy_protocol/v3/upstream_proxy_protocol_pb.js';
import type { ProxyProtocol } from '@flotilla/resources';
import { typedConfig } from '../typed-config.ts';
import type { TransportSocket } from './transport-socket.ts';

/** A transport that first tells the server who the client was, by the PROXY protocol. */
export function announcingClient(transportSocket: TransportSocket, { version }: ProxyProtocol): TransportSocket {
  const config = { version: version === 'V2' ? Version.V2 : Version.V1 };
  return create(TransportSocketSchema, {
    name: 'envoy.transport_sockets.upstream_proxy_protocol',
    configType: { case: 'typedConfig', value: typedConfig(ProxyProtocolUpstreamTransportSchema, { config, transportSocket }) },
  });
}
