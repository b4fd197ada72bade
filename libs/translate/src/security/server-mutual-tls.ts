import { DownstreamTlsContextSchema } from '@flotilla/envoy-api/envoy/extensions/transport_sockets/tls/v3/tls_pb.js';
import type { MeshConfig } from '@flotilla/mesh';
import { typedConfig } from '../typed-config.ts';
import { anyPeer, meshTlsParameters, peerContext } from './mesh-tls.ts';
import { tlsSocket, type TransportSocket } from './transport-socket.ts';

/**
 * A sidecar's mTLS towards its clients, who must show a certificate of the mesh.
 *
 * @param http whether clients choose between HTTP versions
 */
export function serverMutualTls(mesh: MeshConfig, http: boolean): TransportSocket {
  const common = peerContext(anyPeer(mesh), http ? ['h2', 'http/1.1'] : []);
  const commonTlsContext = { ...common, tlsParams: { ...common.tlsParams, ...meshTlsParameters(mesh) } };
  return tlsSocket(typedConfig(DownstreamTlsContextSchema, { requireClientCertificate: true, commonTlsContext }));
}
