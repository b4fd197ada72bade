import { create, createFileRegistry, type DescMessage } from '@bufbuild/protobuf';
import type { GenService } from '@bufbuild/protobuf/codegenv2';
import { FileDescriptorProtoSchema, file_google_protobuf_wrappers, type StringValueSchema } from '@bufbuild/protobuf/wkt';

type Text = typeof StringValueSchema & DescMessage;

const text = '.google.protobuf.StringValue';

const registry = createFileRegistry(
  create(FileDescriptorProtoSchema, {
    name: 'echo.proto',
    syntax: 'proto3',
    package: 'test',
    dependency: ['google/protobuf/wrappers.proto'],
    service: [
      {
        name: 'Echo',
        method: [
          { name: 'Say', inputType: text, outputType: text },
          { name: 'Repeat', inputType: text, outputType: text, serverStreaming: true },
          { name: 'Join', inputType: text, outputType: text, clientStreaming: true },
          { name: 'Talk', inputType: text, outputType: text, clientStreaming: true, serverStreaming: true },
        ],
      },
    ],
  }),
  () => file_google_protobuf_wrappers,
);

/** A service with one method of each kind, for the tests of this room. */
export const Echo = registry.getService('test.Echo') as unknown as GenService<{
  say: { methodKind: 'unary'; input: Text; output: Text };
  repeat: { methodKind: 'server_streaming'; input: Text; output: Text };
  join: { methodKind: 'client_streaming'; input: Text; output: Text };
  talk: { methodKind: 'bidi_streaming'; input: Text; output: Text };
}>;
