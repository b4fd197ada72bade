import { Metadata, status, type CallOptions as GrpcCallOptions, type Client } from '@grpc/grpc-js';
import type { DescMessage, DescMethod, Message } from '@bufbuild/protobuf';
import type { EventEmitter } from 'node:events';
import type { Readable } from 'node:stream';
import { ByteWriter, type MessageWriter } from './byte-writer.ts';
import type { BidiCall, CallOptions, ClientStreamCall } from './client-methods.ts';
import { encode, type Outgoing } from './message-codec.ts';
import { toMethodDefinition } from './service-definition.ts';
import { errorOf } from './status.ts';

/** How long a call that answers once may take, where its caller does not say. */
const defaultDeadlineMs = 10_000;

/** The function that calls `method`, in the shape of its kind. */
export function callerOf(client: Client, method: DescMethod): unknown {
  const { path, requestSerialize, responseDeserialize } = toMethodDefinition(method);
  const { input } = method;
  const common = [path, requestSerialize, responseDeserialize] as const;
  switch (method.methodKind) {
    case 'unary':
      return (request: Outgoing<DescMessage>, options: CallOptions = {}): Promise<Message> =>
        once((done) => client.makeUnaryRequest(...common, encode(input, request), headersOf(options), limitsOf(options, defaultDeadlineMs), done), options);
    case 'server_streaming':
      return (request: Outgoing<DescMessage>, options: CallOptions = {}): AsyncIterable<Message> =>
        responsesOf(cancelledBy(options, client.makeServerStreamRequest(...common, encode(input, request), headersOf(options), limitsOf(options))));
    case 'client_streaming':
      return (options: CallOptions = {}): ClientStreamCall<DescMessage, DescMessage> => {
        const { promise: response, resolve, reject } = Promise.withResolvers<Message>();
        const stream = cancelledBy(options, client.makeClientStreamRequest(...common, headersOf(options), limitsOf(options), settle(resolve, reject)));
        return { ...writerTo(new ByteWriter(stream), input), end: () => void stream.end(), cancel: () => stream.cancel(), response };
      };
    case 'bidi_streaming':
      return (options: CallOptions = {}): BidiCall<DescMessage, DescMessage> => {
        const stream = cancelledBy(options, client.makeBidiStreamRequest(...common, headersOf(options), limitsOf(options)));
        return { ...writerTo(new ByteWriter(stream), input), end: () => void stream.end(), cancel: () => stream.cancel(), responses: responsesOf(stream) };
      };
  }
}

type Done = (error: Error | null, response?: Message) => void;

function settle(resolve: (response: Message) => void, reject: (error: Error) => void): Done {
  return (error, response) => {
    if (error === null && response !== undefined) resolve(response);
    else reject(errorOf(error));
  };
}

function once(start: (done: Done) => Cancellable, options: CallOptions): Promise<Message> {
  return new Promise((resolve, reject) => void cancelledBy(options, start(settle(resolve, reject))));
}

type Cancellable = EventEmitter & { cancel(): void };

/** Cancels the call when the caller's signal is aborted, and lets go of the signal when the call is over. */
function cancelledBy<Call extends Cancellable>({ signal }: CallOptions, call: Call): Call {
  if (signal === undefined) return call;
  const cancel = (): void => call.cancel();
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel, { once: true });
  call.once('status', () => signal.removeEventListener('abort', cancel));
  return call;
}

function writerTo(writer: ByteWriter, input: DescMessage): MessageWriter<Outgoing<DescMessage>> {
  return { write: (message) => writer.write(encode(input, message)), onDrain: (listener) => writer.onDrain(listener) };
}

/** The answers of a stream, kept until they are asked for; to stop asking cancels the call. */
function responsesOf(stream: Readable & Cancellable): AsyncIterable<Message> {
  let failure: unknown;
  // Without a listener a failure before the first read would end the process.
  stream.on('error', (error) => (failure = error));
  return (async function* () {
    try {
      yield* stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Message>;
    } catch (error) {
      failure ??= error;
    } finally {
      stream.cancel();
    }
    if (failure !== undefined && !isCancellation(failure)) throw errorOf(failure);
  })();
}

/** A call that its own side cancelled ended as it was meant to; a server does not answer CANCELLED here. */
function isCancellation(failure: unknown): boolean {
  return failure instanceof Error && 'code' in failure && failure.code === status.CANCELLED;
}

function headersOf({ headers = {} }: CallOptions): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  return metadata;
}

function limitsOf({ deadlineMs }: CallOptions, defaultMs?: number): GrpcCallOptions {
  const limit = deadlineMs ?? defaultMs;
  return limit === undefined ? {} : { deadline: Date.now() + limit };
}
