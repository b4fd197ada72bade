import { Metadata, Server, type handleBidiStreamingCall, type handleUnaryCall, type ServiceDefinition } from '@grpc/grpc-js';
import { flatHeaders } from './flat-headers.ts';
import type { Script } from './script.ts';

const asIs = { requestSerialize: (message: Buffer) => message, requestDeserialize: (bytes: Buffer) => bytes, responseSerialize: (message: Buffer) => message, responseDeserialize: (bytes: Buffer) => bytes };

/** The service that both sides of a gRPC call agree on; messages are text. */
export const echoService = {
  unary: { path: '/flotilla.examples.Echo/Unary', requestStream: false, responseStream: false, ...asIs },
  stream: { path: '/flotilla.examples.Echo/Stream', requestStream: true, responseStream: true, ...asIs },
} satisfies ServiceDefinition;

/** gRPC that gives each message back, with its name as the header `x-echo`. */
export function createGrpcServer(name: string, script: Script): Server {
  const headers = new Metadata();
  headers.set('x-echo', name);
  const note = (method: string, metadata: Metadata, body: string): { readonly code: number; readonly details: string } | undefined => {
    const { grpcStatus = 0 } = script.next({ protocol: 'grpc', method, path: echoService[method === 'unary' ? 'unary' : 'stream'].path, headers: flatHeaders(metadata.getMap() as Record<string, string>), body });
    return grpcStatus === 0 ? undefined : { code: grpcStatus, details: 'as scripted' };
  };
  const unary: handleUnaryCall<Buffer, Buffer> = (call, respond) => {
    const error = note('unary', call.metadata, String(call.request));
    if (error !== undefined) {
      respond(error);
      return;
    }
    call.sendMetadata(headers);
    respond(null, call.request);
  };
  const stream: handleBidiStreamingCall<Buffer, Buffer> = (call) => {
    const error = note('stream', call.metadata, '');
    if (error !== undefined) {
      call.emit('error', error);
      return;
    }
    call.sendMetadata(headers);
    call.on('data', (message: Buffer) => call.write(message)).on('end', () => call.end()).on('error', () => undefined);
  };
  const server = new Server();
  server.addService(echoService, { unary, stream });
  return server;
}
