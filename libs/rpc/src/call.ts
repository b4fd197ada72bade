import type { ServerUnaryCall } from '@grpc/grpc-js';
import { spiffeIdOf } from './spiffe-id.ts';

/** One call as its handler sees it. */
export interface Call {
  /** `/package.Service/Method`. */
  readonly path: string;
  /** Address and port of the other side. */
  readonly peer: string;
  /** The identity the client's certificate proves; undefined without one. */
  readonly peerSpiffeId: string | undefined;
  /** A header of the call, by its lower-case name. */
  header(name: string): string | undefined;
  /** Whether the call is over: answered, cancelled, past its deadline, or the connection lost. */
  readonly over: boolean;
  /** Aborted when the call is over; made for those who ask for it. */
  readonly signal: AbortSignal;
}

/** What a handler's call is made from: the part that all kinds of grpc-js server calls share. */
export type ServerCall = Pick<ServerUnaryCall<unknown, unknown>, 'metadata' | 'getPath' | 'getPeer' | 'getAuthContext'> & {
  once(event: 'cancelled', listener: () => void): unknown;
};

export function callOf(server: ServerCall): Call {
  let over = false;
  let controller: AbortController | undefined;
  // grpc-js emits it at every end of a call, also after an answer.
  server.once('cancelled', () => {
    over = true;
    controller?.abort();
  });
  const certificate = server.getAuthContext().sslPeerCertificate;
  return {
    path: server.getPath(),
    peer: server.getPeer(),
    peerSpiffeId: certificate === undefined ? undefined : spiffeIdOf(certificate),
    header: (name) => server.metadata.get(name)[0]?.toString(),
    get over() {
      return over;
    },
    get signal() {
      controller ??= new AbortController();
      if (over) controller.abort();
      return controller.signal;
    },
  };
}
