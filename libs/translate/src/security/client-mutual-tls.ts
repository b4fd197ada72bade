import { UpstreamTlsContextSchema } from '@flotilla/envoy-api/envoy/extensions/transport_sockets/tls/v3/tls_pb.js';
import { remember } from '@flotilla/mesh';
import { typedConfig } from '../typed-config.ts';
import { encode } from '../wire/encode.ts';
import { peerContext } from './mesh-tls.ts';
import { tlsSocket, type TransportSocket } from './transport-socket.ts';

interface Encoded {
  http1?: Uint8Array;
  http2?: Uint8Array;
}

/** What differs between the clusters of a service is the SNI alone; the rest is encoded once for them all. */
const encoded = new WeakMap<readonly string[], Encoded>();

/**
 * A sidecar's mTLS towards another.
 *
 * @param sni what it asks the other side for
 * @param identities the only ones it accepts; any of the trusted roots when empty
 */
export function clientMutualTls(sni: string, identities: readonly string[], http2: boolean): TransportSocket {
  return tlsSocket(typedConfig(UpstreamTlsContextSchema, { sni }, commonContext(identities, http2)));
}

/** The field that is common to all. */
function commonContext(identities: readonly string[], http2: boolean): Uint8Array {
  const known = remember(encoded, identities, (): Encoded => ({}));
  return (known[http2 ? 'http2' : 'http1'] ??= encode(UpstreamTlsContextSchema, {
    commonTlsContext: peerContext(identities.map((identity) => ({ case: 'exact', value: identity })), http2 ? ['istio', 'h2'] : ['istio']),
  }));
}
