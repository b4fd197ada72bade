import { Metadata, Server, type handleBidiStreamingCall, type handleUnaryCall, type ServiceDefinition } from '@grpc/grpc-js';
import { setTimeout as delay } from 'node:timers/promises';
import { flatHeaders } from './flat-headers.ts';
import type { Script } from './script.ts';

const asIs = { requestSerialize: (message: Buffer) => message, requestDeserialize: (bytes: Buffer) => bytes, responseSerialize: (message: Buffer) => message, responseDeserialize: (bytes: Buffer) => bytes };

/** The service that both sides of a gRPC call agree on; messages are text. */
export const echoService = {
  unary: { path: '/flotilla.examples.Echo/Unary', requestStream: false, responseStream: false, ...asIs },
  stream: { path: '/flotilla.examples.Echo/Stream', requestStream: true, responseStream: true, ...asIs },
} satisfies ServiceDefinition;

interface GrpcAnswer {
  /** The refusal, if it is one. */
  readonly error: { readonly code: number; readonly details: string; readonly metadata: Metadata } | undefined;
  readonly trailers: Metadata;
}

/** gRPC that gives each message back, with its name as the header `x-echo`. */
export function createGrpcServer(name: string, script: Script): Server {
  const headers = new Metadata();
  headers.set('x-echo', name);
  const answer = async (method: 'unary' | 'stream', metadata: Metadata, body: string): Promise<GrpcAnswer> => {
    const scripted = script.next({ protocol: 'grpc', method, path: echoService[method].path, headers: flatHeaders(metadata.getMap() as Record<string, string>), body });
    if (scripted.delayMs !== undefined) await delay(scripted.delayMs);
    const { grpcStatus: code = 0 } = scripted;
    const trailers = new Metadata();
    for (const [key, value] of Object.entries(scripted.trailers ?? {})) trailers.set(key, value);
    return { error: code === 0 ? undefined : { code, details: 'as scripted', metadata: trailers }, trailers };
  };
  const unary: handleUnaryCall<Buffer, Buffer> = (call, respond) => {
    void answer('unary', call.metadata, String(call.request)).then(({ error, trailers }) => {
      if (error === undefined) {
        call.sendMetadata(headers);
        respond(null, call.request, trailers);
      } else {
        respond(error);
      }
    });
  };
  const stream: handleBidiStreamingCall<Buffer, Buffer> = (call) => {
    call.on('error', () => undefined);
    void answer('stream', call.metadata, '').then(({ error, trailers }) => {
      if (error !== undefined) {
        call.emit('error', error);
        return;
      }
      call.sendMetadata(headers);
      call.on('data', (message: Buffer) => call.write(message)).on('end', () => call.end(trailers));
    });
  };
  const server = new Server();
  server.addService(echoService, { unary, stream });
  return server;
}
