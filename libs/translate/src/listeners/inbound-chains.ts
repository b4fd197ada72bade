import type { FilterChainMatchSchema } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_components_pb.js';
import { isHttp, type MutualTlsMode, type Protocol } from '@flotilla/mesh';
import type { Fields } from '../message-fields.ts';

/** One way in which connections to a port may come, told apart by what listener filters find out. */
export interface InboundChain {
  readonly match: Fields<typeof FilterChainMatchSchema>;
  /** Whether the connection is the mesh's mTLS, which ends here. */
  readonly mutualTls: boolean;
  /** Whether it is taken for HTTP. */
  readonly http: boolean;
}

/** What a port speaks, as far as it matters on the way in; `detected` where only the connection itself can tell. */
export type Speech = 'http' | 'opaque' | 'detected';

export function speechOf(protocol: Protocol): Speech {
  if (protocol === 'AUTO') return 'detected';
  return isHttp(protocol) ? 'http' : 'opaque';
}

/** By their ALPN, sidecars say that they speak mTLS, and whether they found HTTP in it. */
const meshHttp = ['istio-http/1.0', 'istio-http/1.1', 'istio-h2'];
const meshOpaque = ['istio-peer-exchange', 'istio'];

/** As the inspector of plain connections calls them. */
export const plainHttp = ['http/1.0', 'http/1.1', 'h2c'];

const tls = { transportProtocol: 'tls' };
const plain = { transportProtocol: 'raw_buffer' };

function mesh(http: boolean, applicationProtocols: string[] = []): InboundChain {
  return { match: { ...tls, ...(applicationProtocols.length === 0 ? {} : { applicationProtocols }) }, mutualTls: true, http };
}

function own(http: boolean, match: InboundChain['match']): InboundChain {
  return { match, mutualTls: false, http };
}

const plainlyHttp = own(true, { ...plain, applicationProtocols: plainHttp });
const anyMesh = [...meshOpaque, ...meshHttp];

/**
 * TLS that is not the mesh's goes to the application as it is; where that speaks HTTP, it is refused. Once Envoy has found
 * chains for a transport it looks at no others: beside one for some plain text there is one for all of it.
 */
const chains: Readonly<Record<MutualTlsMode, Readonly<Record<Speech, readonly InboundChain[]>>>> = {
  STRICT: { http: [mesh(true)], opaque: [mesh(false)], detected: [mesh(true, meshHttp), mesh(false)] },
  PERMISSIVE: {
    http: [mesh(true, anyMesh), own(true, plain)],
    opaque: [mesh(false, anyMesh), own(false, tls), own(false, plain)],
    detected: [mesh(true, meshHttp), mesh(false, meshOpaque), plainlyHttp, own(false, tls), own(false, plain)],
  },
  DISABLE: { http: [own(true, {})], opaque: [own(false, {})], detected: [plainlyHttp, own(false, tls), own(false, plain)] },
};

/** The way in to a port at which TLS of the application's own ends. */
export function ownTls(http: boolean): readonly InboundChain[] {
  return [own(http, tls)];
}

/** The ways in to a port; what fits none of them is refused. */
export function inboundChains(mode: MutualTlsMode, speech: Speech): readonly InboundChain[] {
  return chains[mode][speech];
}
