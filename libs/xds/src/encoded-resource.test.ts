import { fromBinary } from '@bufbuild/protobuf';
import { DeltaDiscoveryResponseSchema, DiscoveryResponseSchema } from '@flotilla/envoy-api/envoy/service/discovery/v3/discovery_pb.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeResource } from './encoded-resource.ts';
import { Responses } from './response.ts';

const hex = (bytes: Uint8Array = new Uint8Array()): string => Buffer.from(bytes).toString('hex');
const head = { typeUrl: 'type.example/T', version: '7', nonce: 'n' };
const resource = fc.record({ typeUrl: fc.constant(head.typeUrl), name: fc.string({ unit: 'grapheme', maxLength: 300 }), bytes: fc.uint8Array({ maxLength: 40_000 }) });

test('what is put together from frames is what the protobuf library reads', () => {
  fc.assert(
    fc.property(fc.array(resource, { maxLength: 5 }), fc.array(fc.string({ unit: 'grapheme' })), (resources, removed) => {
      const encoded = resources.map((each) => encodeResource(each));
      const delta = fromBinary(DeltaDiscoveryResponseSchema, new Responses().delta(head, encoded, removed).joined());
      expect(delta).toMatchObject({ typeUrl: head.typeUrl, systemVersionInfo: '7', nonce: 'n', removedResources: removed });
      expect(delta.resources.map(({ name, version, resource: any }) => ({ name, version, typeUrl: any?.typeUrl, bytes: hex(any?.value) }))).toEqual(
        resources.map(({ typeUrl, name, bytes }, index) => ({ name, version: encoded[index]?.version, typeUrl, bytes: hex(bytes) })),
      );
      const sotw = fromBinary(DiscoveryResponseSchema, new Responses().sotw(head, encoded).joined());
      expect(sotw).toMatchObject({ typeUrl: head.typeUrl, versionInfo: '7', nonce: 'n' });
      expect(sotw.resources.map(({ typeUrl, value }) => ({ typeUrl, value: hex(value) }))).toEqual(resources.map(({ typeUrl, bytes }) => ({ typeUrl, value: hex(bytes) })));
    }),
  );
});

test('the version follows from the bytes alone, and the same object is framed once', () => {
  const one = { typeUrl: 'a', name: 'one', bytes: Buffer.from('same') };
  expect(encodeResource(one)).toBe(encodeResource(one));
  expect(encodeResource(one).version).toBe(encodeResource({ typeUrl: 'b', name: 'two', bytes: Buffer.from('same') }).version);
  expect(encodeResource(one).version).not.toBe(encodeResource({ ...one, bytes: Buffer.from('other') }).version);
});
