import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { anyPack, StringValueSchema } from '@bufbuild/protobuf/wkt';
import { DeltaDiscoveryRequestSchema, DeltaDiscoveryResponseSchema } from '@flotilla/envoy-api/envoy/service/discovery/v3/discovery_pb.js';
import { expect, it } from 'vitest';
import { encodeRequest, readResponse, subscription } from './delta-messages.ts';

it('writes requests that protobuf reads', () => {
  const held = new Map([['a', '1'], ['b', '2']]);
  const names = ['x', 'é', 'y'.repeat(127), 'z'.repeat(128), 'long'.repeat(4_000)];
  const bytes = encodeRequest({ typeUrl: 'type', nonce: 'n', subscribe: names.map(subscription), held });
  expect(fromBinary(DeltaDiscoveryRequestSchema, bytes)).toEqual(
    create(DeltaDiscoveryRequestSchema, { typeUrl: 'type', responseNonce: 'n', resourceNamesSubscribe: names, initialResourceVersions: { a: '1', b: '2' } }),
  );
});

const response = create(DeltaDiscoveryResponseSchema, {
  typeUrl: 'type',
  nonce: 'n',
  removedResources: ['gone'],
  resources: [{ name: 'a', version: '1', resource: anyPack(StringValueSchema, create(StringValueSchema, { value: 'text' })) }],
});

/** A response as servers of this control plane write it: the type before the resources. */
const bytes = Buffer.concat([toBinary(DeltaDiscoveryResponseSchema, create(DeltaDiscoveryResponseSchema, { typeUrl: 'type' })), toBinary(DeltaDiscoveryResponseSchema, { ...response, typeUrl: '' })]);

it('reads what protobuf wrote, and of a resource what is in its Any', () => {
  const read = readResponse(bytes, (typeUrl) => typeUrl === 'type');
  expect(read).toMatchObject({ typeUrl: 'type', nonce: 'n', removed: ['gone'], resources: [{ name: 'a', version: '1' }] });
  const [{ message } = { message: Buffer.alloc(0) }] = read.resources;
  expect(fromBinary(StringValueSchema, message).value).toBe('text');
});

it('passes over resources of types that nobody wants', () => {
  expect(readResponse(bytes, () => false)).toEqual({ typeUrl: 'type', nonce: 'n', removed: [], resources: [] });
});
