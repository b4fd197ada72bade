/**
 * The floor: a delta ADS server that does nothing but move bytes through grpc-js. Whatever a control plane takes beyond
 * this, on the same machine in the same run, is its own.
 *
 * A stream is sent what a proxy of its namespace was sent by the control plane, byte by byte in the same order, as fast as
 * it reads. A response waits until the stream has asked for its type at all, so that proxies read, ask and acknowledge as
 * they did there. Of a stream's requests it looks at the type, and in the first at the namespace; names, nonces and what a
 * proxy has already mean nothing here.
 */
import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import { create, toBinary } from '@bufbuild/protobuf';
import { DeltaDiscoveryResponseSchema, ResourceSchema } from '@flotilla/envoy-api/envoy/service/discovery/v3/discovery_pb.js';
import { AnySchema } from '@bufbuild/protobuf/wkt';
import { readResponse, requestedType, requestingNamespace } from './delta-messages.ts';
import { fillerType as typeUrl, type FloorAnswer, type FloorRequest } from './floor-messages.ts';

type Stream = ServerDuplexStream<Buffer, Buffer>;

/** A recorded response, and the type that is to be asked for before it. */
interface Recorded {
  readonly typeUrl: string;
  readonly bytes: Buffer;
}

const pass = (bytes: Buffer): Buffer => bytes;
const streams = new Set<Stream>();

function filler(bytes: number, mark: Uint8Array): Buffer {
  const value = Buffer.alloc(Math.max(bytes, mark.length));
  value.set(mark);
  const resources = [create(ResourceSchema, { name: 'filler', resource: create(AnySchema, { typeUrl, value }) })];
  return Buffer.from(toBinary(DeltaDiscoveryResponseSchema, create(DeltaDiscoveryResponseSchema, { typeUrl, nonce: '1', resources })));
}

function replay(stream: Stream, recording: ReadonlyMap<string, readonly Recorded[]>): void {
  const asked = new Set<string>();
  let responses: readonly Recorded[] = [];
  let sent = 0;
  const send = (): void => {
    for (let next = responses[sent]; next !== undefined && asked.has(next.typeUrl) && !stream.writableNeedDrain; next = responses[sent]) {
      sent += 1;
      stream.write(next.bytes);
    }
  };
  stream.on('data', (request: Buffer) => {
    if (asked.size === 0) responses = recording.get(requestingNamespace(request)) ?? [];
    asked.add(requestedType(request));
    send();
  });
  stream.on('drain', send);
}

function listen({ recording }: Extract<FloorRequest, { do: 'listen' }>): void {
  const prepared = new Map(Array.from(recording, ([namespace, responses]) => [namespace, responses.map((bytes): Recorded => ({ typeUrl: readResponse(bytes, () => false).typeUrl, bytes }))]));
  const server = new Server({ 'grpc.max_send_message_length': -1 });
  const method = { path: '/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources', requestStream: true, responseStream: true, requestSerialize: pass, requestDeserialize: pass, responseSerialize: pass, responseDeserialize: pass };
  server.addService(
    { ads: method },
    {
      ads(stream: Stream) {
        streams.add(stream);
        stream.on('error', () => streams.delete(stream));
        replay(stream, prepared);
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
  const bytes = filler(request.bytes, request.mark);
  for (const stream of streams) stream.write(bytes);
});
process.on('disconnect', () => process.exit(0));
