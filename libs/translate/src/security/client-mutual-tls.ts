import { create, toBinary } from '@bufbuild/protobuf';
import type { Any } from '@bufbuild/protobuf/wkt';
import { anyPack } from '@bufbuild/protobuf/wkt';
import { CommonTlsContextSchema, UpstreamTlsContextSchema } from '@flotilla/envoy-api/envoy/extensions/transport_sockets/tls/v3/tls_pb.js';
import { remember } from '../remember.ts';
import { concatenate, lengthDelimited } from '../wire.ts';
import { peerContext } from './mesh-tls.ts';
import { tlsSocket, type TransportSocket } from './transport-socket.ts';

/** The number of `UpstreamTlsContext.common_tls_context`. */
const commonTlsContext = 1;

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
  const context: Any = anyPack(UpstreamTlsContextSchema, create(UpstreamTlsContextSchema, { sni }));
  return tlsSocket({ ...context, value: concatenate([commonContext(identities, http2), context.value]) });
}

/** The part that is common to all, as a field of the whole. */
function commonContext(identities: readonly string[], http2: boolean): Uint8Array {
  const known = remember(encoded, identities, (): Encoded => ({}));
  return (known[http2 ? 'http2' : 'http1'] ??= lengthDelimited(
    commonTlsContext,
    toBinary(
      CommonTlsContextSchema,
      create(CommonTlsContextSchema, peerContext(identities.map((identity) => ({ case: 'exact', value: identity })), http2 ? ['istio', 'h2'] : ['istio'])),
    ),
  ));
}
