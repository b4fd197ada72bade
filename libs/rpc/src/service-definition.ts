import type { MethodDefinition } from '@grpc/grpc-js';
import type { DescMethod, DescService, Message } from '@bufbuild/protobuf';
import type { ServedService } from './handlers.ts';
import { decoder, passBytes } from './message-codec.ts';

/** A method as grpc-js knows it: decoded messages come in, encoded ones go out, on both sides. */
export type ByteMethod = Omit<MethodDefinition<Uint8Array, Uint8Array>, 'requestDeserialize' | 'responseDeserialize'> & {
  readonly requestDeserialize: (bytes: Buffer) => unknown;
  readonly responseDeserialize: (bytes: Buffer) => Message;
};

/**
 * What grpc-js needs to know of a protobuf-es service, by the local names of its methods.
 *
 * @param decoders of requests, where the library's own are not good enough
 */
export function toServiceDefinition(descriptor: DescService, decoders: ServedService['decoders'] = new Map()): Record<string, ByteMethod> {
  return Object.fromEntries(
    descriptor.methods.map((method) => {
      const definition = toMethodDefinition(method);
      const requestDeserialize = decoders.get(method.localName) ?? definition.requestDeserialize;
      return [method.localName, { ...definition, requestDeserialize }];
    }),
  );
}

export function toMethodDefinition(method: DescMethod): ByteMethod {
  return {
    path: `/${method.parent.typeName}/${method.name}`,
    requestStream: method.methodKind === 'client_streaming' || method.methodKind === 'bidi_streaming',
    responseStream: method.methodKind === 'server_streaming' || method.methodKind === 'bidi_streaming',
    requestSerialize: passBytes,
    requestDeserialize: decoder(method.input),
    responseSerialize: passBytes,
    responseDeserialize: decoder(method.output),
  };
}
