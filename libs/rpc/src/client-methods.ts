import type { DescMessage, DescMethod, DescService, MessageShape } from '@bufbuild/protobuf';
import type { MessageWriter } from './byte-writer.ts';
import type { Outgoing } from './message-codec.ts';

export interface CallOptions {
  /** How long the call may take, from now: 10 seconds for a call that answers once, no limit for a stream. */
  readonly deadlineMs?: number;
  /** Cancels the call when aborted. */
  readonly signal?: AbortSignal;
  /** Headers to send, by their lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An open call that sends a stream and is answered once. */
export interface ClientStreamCall<Request extends DescMessage, Response extends DescMessage> extends MessageWriter<Outgoing<Request>> {
  /** Says that nothing more will be sent. */
  end(): void;
  cancel(): void;
  readonly response: Promise<MessageShape<Response>>;
}

/** An open call that streams both ways. */
export interface BidiCall<Request extends DescMessage, Response extends DescMessage> extends MessageWriter<Outgoing<Request>> {
  end(): void;
  cancel(): void;
  /** What the server sends; ends quietly after `cancel`, throws a FlotillaError when the call fails. */
  readonly responses: AsyncIterable<MessageShape<Response>>;
}

type Caller<Method extends DescMethod> = Method extends { methodKind: 'unary' }
  ? (request: Outgoing<Method['input']>, options?: CallOptions) => Promise<MessageShape<Method['output']>>
  : Method extends { methodKind: 'server_streaming' }
    ? (request: Outgoing<Method['input']>, options?: CallOptions) => AsyncIterable<MessageShape<Method['output']>>
    : Method extends { methodKind: 'client_streaming' }
      ? (options?: CallOptions) => ClientStreamCall<Method['input'], Method['output']>
      : (options?: CallOptions) => BidiCall<Method['input'], Method['output']>;

/** The methods of a service, each a function by its kind. */
export type ClientMethods<Service extends DescService> = {
  readonly [Name in keyof Service['method']]: Caller<Service['method'][Name]>;
};
