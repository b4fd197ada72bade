/**
 * The floor: a delta ADS server that does nothing but move bytes through grpc-js. Whatever a control plane takes beyond
 * this, on the same machine in the same run, is its own.
 */
import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import { create, toBinary } from '@bufbuild/protobuf';
import { DeltaDiscoveryResponseSchema, ResourceSchema } from '@flotilla/envoy-api/envoy/service/discovery/v3/discovery_pb.js';
import { AnySchema } from '@bufbuild/protobuf/wkt';
import { fillerType as typeUrl, type FloorAnswer, type FloorRequest } from './floor-messages.ts';

const pass = (bytes: Buffer): Buffer => bytes;
const streams = new Set<ServerDuplexStream<Buffer, Buffer>>();

function response(bytes: number, mark: Uint8Array = new Uint8Array()): Buffer {
  const value = Buffer.alloc(Math.max(bytes, mark.length));
  value.set(mark);
  const resources = [create(ResourceSchema, { name: 'filler', resource: create(AnySchema, { typeUrl, value }) })];
  return Buffer.from(toBinary(DeltaDiscoveryResponseSchema, create(DeltaDiscoveryResponseSchema, { typeUrl, nonce: '1', resources })));
}

function listen({ bytes, messages }: Extract<FloorRequest, { do: 'listen' }>): void {
  const initial = response(bytes / messages);
  const server = new Server({ 'grpc.max_send_message_length': -1 });
  const method = { path: '/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources', requestStream: true, responseStream: true, requestSerialize: pass, requestDeserialize: pass, responseSerialize: pass, responseDeserialize: pass };
  server.addService(
    { ads: method },
    {
      ads(call: ServerDuplexStream<Buffer, Buffer>) {
        streams.add(call);
        call.resume();
        call.on('error', () => streams.delete(call));
        let left = messages;
        const send = (): void => {
          while (left > 0) {
            left -= 1;
            if (!call.write(initial)) return void call.once('drain', send);
          }
        };
        send();
      },
    },
  );
  server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) throw error;
    const answer: FloorAnswer = { is: 'listening', port };
    process.send?.(answer);
  });
}

process.on('message', (request: FloorRequest) => {
  if (request.do === 'listen') {
    listen(request);
    return;
  }
  const bytes = response(request.bytes, request.mark);
  for (const stream of streams) stream.write(bytes);
});
process.on('disconnect', () => process.exit(0));
