import type { ServerHttp2Stream } from 'node:http2';

/**
 * The HTTP/2 stream under a grpc-js server call. grpc-js keeps it to itself; what is done with it here (asking whether
 * the peer is alive, writing bytes that many streams share) has no other way.
 *
 * @throws TypeError with a version of grpc-js that holds it elsewhere
 */
export function http2StreamOf(call: object): ServerHttp2Stream {
  const { call: inner } = call as { readonly call?: Intercepted };
  const stream = inner?.stream ?? inner?.nextCall?.stream;
  if (stream === undefined) throw new TypeError('this version of @grpc/grpc-js has no HTTP/2 stream where it is looked for');
  return stream;
}

interface Intercepted {
  readonly stream?: ServerHttp2Stream;
  readonly nextCall?: { readonly stream?: ServerHttp2Stream };
}
