import type { ServerDuplexStream, ServerReadableStream, ServerUnaryCall, ServerWritableStream, UntypedHandleCall, sendUnaryData } from '@grpc/grpc-js';
import type { DescMessage, DescMethod, Message } from '@bufbuild/protobuf';
import { FlotillaError } from '@flotilla/errors';
import { traced, type Logger } from '@flotilla/runtime';
import type { MessageWriter } from './byte-writer.ts';
import type { ConnectionWatch } from './connection-watch.ts';
import { FrameWriter } from './frame-writer.ts';
import { callOf, type Call } from './call.ts';
import type { AnyHandler, BidiHandler, ClientStreamHandler, ServerStreamHandler, UnaryHandler } from './handlers.ts';
import { encode, encodeAnswer, type Outgoing } from './message-codec.ts';
import { Requests } from './requests.ts';
import type { SpreadBytes } from './spread-bytes.ts';
import { statusOf, type GrpcStatus } from './status.ts';

/** What all calls of a server share. */
export interface CallEnvironment {
  readonly logger: Logger;
  /** Aborted when the server stops; open streams then end with UNAVAILABLE. */
  readonly stopping: AbortSignal;
  /** Notices when the other side of a stream is gone. */
  readonly connections: ConnectionWatch;
}

type OutputStream = ServerWritableStream<Message, Uint8Array> | ServerDuplexStream<Message, Uint8Array>;

/** grpc-js's handler for `method`, which runs ours. `handler` is of the method's kind. */
export function serveCalls(method: DescMethod, handler: AnyHandler, environment: CallEnvironment): UntypedHandleCall {
  const { output } = method;
  switch (method.methodKind) {
    case 'unary': {
      const run = handler as UnaryHandler<DescMessage, DescMessage>;
      return (server: ServerUnaryCall<Message, Uint8Array>, callback: sendUnaryData<Uint8Array>) => {
        const call = callOf(server);
        answer(call, output, environment, callback, async () => run(server.request, call));
      };
    }
    case 'client_streaming': {
      const run = handler as ClientStreamHandler<DescMessage, DescMessage>;
      return (server: ServerReadableStream<Message, Uint8Array>, callback: sendUnaryData<Uint8Array>) => {
        const call = callOf(server);
        answer(call, output, environment, callback, () => run(new Requests<Message>(server), call));
      };
    }
    case 'server_streaming': {
      const run = handler as ServerStreamHandler<DescMessage, DescMessage>;
      return (server: ServerWritableStream<Message, Uint8Array>) => {
        const writer = new FrameWriter(server);
        const stream = Object.assign(callOf(server), responsesTo(writer, output));
        runStream(server, writer, stream, environment, () => run(server.request, stream));
      };
    }
    case 'bidi_streaming': {
      const run = handler as BidiHandler<DescMessage, DescMessage>;
      return (server: ServerDuplexStream<Message, Uint8Array>) => {
        const call = callOf(server);
        const writer = new FrameWriter(server);
        const stream = Object.assign(call, responsesTo(writer, output), { requests: new Requests<Message>(server) });
        runStream(server, writer, call, environment, () => run(stream));
      };
    }
  }
}

/** Runs a handler that answers once. */
function answer(call: Call, output: DescMessage, environment: CallEnvironment, callback: sendUnaryData<Uint8Array>, run: () => Promise<Outgoing<DescMessage>>): void {
  traced(call.path, { 'rpc.system': 'grpc', 'rpc.method': call.path }, async () => encode(output, await run())).then(
    (bytes) => callback(null, bytes),
    (error: unknown) => callback(failureOf(error, call, environment)),
  );
}

/** Runs a handler that answers as it goes; its end ends the stream, and so does the stop of the server. */
function runStream(server: OutputStream, writer: FrameWriter, call: Call, environment: CallEnvironment, run: () => Promise<void>): void {
  environment.connections.watch(server);
  let over = false;
  const end = (status?: GrpcStatus): void => {
    if (over || call.over) return;
    over = true;
    writer.flush();
    if (status === undefined) server.end();
    else server.emit('error', status);
  };
  const stop = (): void => end(statusOf(new FlotillaError('NOT_READY', 'the server is stopping')));
  environment.stopping.addEventListener('abort', stop, { once: true });
  server.once('cancelled', () => environment.stopping.removeEventListener('abort', stop));
  run().then(
    () => end(),
    (error: unknown) => end(failureOf(error, call, environment)),
  );
}

function failureOf(error: unknown, call: Call, { logger }: CallEnvironment): GrpcStatus {
  const coded = error instanceof FlotillaError && error.code !== 'INTERNAL';
  if (!coded && !call.over) logger.error({ err: error, path: call.path, peer: call.peer }, 'a call failed');
  return statusOf(error);
}

function responsesTo(writer: FrameWriter, output: DescMessage): MessageWriter<Outgoing<DescMessage> | SpreadBytes> {
  return { write: (message) => writer.write(encodeAnswer(output, message)), onDrain: (listener) => writer.onDrain(listener) };
}
