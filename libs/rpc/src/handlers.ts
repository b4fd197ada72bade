import type { DescMessage, DescMethod, DescService, MessageShape } from '@bufbuild/protobuf';
import type { MessageWriter } from './byte-writer.ts';
import type { Call } from './call.ts';
import type { Outgoing } from './message-codec.ts';
import type { SpreadBytes } from './spread-bytes.ts';

/** A call that streams its answers; it ends when the handler returns, with an error when it throws. */
export interface ResponseStream<Response extends DescMessage> extends Call, MessageWriter<Outgoing<Response> | SpreadBytes> {}

/** A call that streams both ways. */
export interface BidiStream<Request extends DescMessage, Response extends DescMessage> extends ResponseStream<Response> {
  /**
   * What the client sends, read as fast as it is consumed. Ends, without an error, when the client is done or gone.
   */
  readonly requests: AsyncIterable<MessageShape<Request>>;
}

export type UnaryHandler<Request extends DescMessage, Response extends DescMessage> = (
  request: MessageShape<Request>,
  call: Call,
) => Promise<Outgoing<Response>> | Outgoing<Response>;

export type ServerStreamHandler<Request extends DescMessage, Response extends DescMessage> = (
  request: MessageShape<Request>,
  stream: ResponseStream<Response>,
) => Promise<void>;

export type ClientStreamHandler<Request extends DescMessage, Response extends DescMessage> = (
  requests: AsyncIterable<MessageShape<Request>>,
  call: Call,
) => Promise<Outgoing<Response>>;

export type BidiHandler<Request extends DescMessage, Response extends DescMessage> = (stream: BidiStream<Request, Response>) => Promise<void>;

/** The handler of one method, by its kind. */
export type Handler<Method extends DescMethod> = Method extends { methodKind: 'unary' }
  ? UnaryHandler<Method['input'], Method['output']>
  : Method extends { methodKind: 'server_streaming' }
    ? ServerStreamHandler<Method['input'], Method['output']>
    : Method extends { methodKind: 'client_streaming' }
      ? ClientStreamHandler<Method['input'], Method['output']>
      : BidiHandler<Method['input'], Method['output']>;

/** The handlers of a service; a method without one answers UNIMPLEMENTED. */
export type Handlers<Service extends DescService> = {
  readonly [Name in keyof Service['method']]?: Handler<Service['method'][Name]>;
};

/** A service with its handlers, ready to be served. */
export interface ServedService {
  readonly descriptor: DescService;
  readonly handlers: ReadonlyMap<string, AnyHandler>;
  readonly decoders: ReadonlyMap<string, Decoder>;
}

/** Makes the message of a method's request from its bytes. */
export type Decoder<Message = unknown> = (bytes: Buffer) => Message;

/** Decoders of requests, for methods for which the library's own is not good enough. */
export type Decoders<Service extends DescService> = {
  readonly [Name in keyof Service['method']]?: Decoder<MessageShape<Service['method'][Name]['input']>>;
};

/** A handler whose kind and messages are those of its method's descriptor. */
export type AnyHandler =
  | UnaryHandler<DescMessage, DescMessage>
  | ServerStreamHandler<DescMessage, DescMessage>
  | ClientStreamHandler<DescMessage, DescMessage>
  | BidiHandler<DescMessage, DescMessage>;

/** Pairs a generated service with its handlers, each typed by its method. */
export function service<Service extends DescService>(descriptor: Service, handlers: Handlers<Service>, decoders: Decoders<Service> = {}): ServedService {
  return {
    descriptor,
    handlers: new Map(Object.entries(handlers as Record<string, AnyHandler>)),
    decoders: new Map(Object.entries(decoders as Record<string, Decoder>)),
  };
}
