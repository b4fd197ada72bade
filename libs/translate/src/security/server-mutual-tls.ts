import { DownstreamTlsContextSchema } from '@flotilla/envoy-api/envoy/extensions/transport_sockets/tls/v3/tls_pb.js';
import { typedConfig } from '../typed-config.ts';
import { peerContext } from './mesh-tls.ts';
import { tlsSocket, type TransportSocket } from './transport-socket.ts';

/**
 * A sidecar's mTLS towards its clients, who must show a certificate of the trust domain.
 *
 * @param http whether clients choose between HTTP versions
 */
export function serverMutualTls(trustDomain: string, http: boolean): TransportSocket {
  const commonTlsContext = peerContext([{ case: 'prefix', value: `spiffe://${trustDomain}/` }], http ? ['h2', 'http/1.1'] : []);
  return tlsSocket(typedConfig(DownstreamTlsContextSchema, { requireClientCertificate: true, commonTlsContext }));
}
