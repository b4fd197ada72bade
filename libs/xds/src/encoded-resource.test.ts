import { fromBinary } from '@bufbuild/protobuf';
import { DeltaDiscoveryResponseSchema, DiscoveryResponseSchema } from '@flotilla/envoy-api/envoy/service/discovery/v3/discovery_pb.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeResources } from './encoded-resource.ts';
import { Responses } from './response.ts';

const hex = (bytes: Uint8Array = new Uint8Array()): string => Buffer.from(bytes).toString('hex');
const head = { typeUrl: 'type.example/T', version: '7', nonce: 'n' };
const resource = fc.record({ typeUrl: fc.constant(head.typeUrl), name: fc.string({ unit: 'grapheme', maxLength: 300 }), bytes: fc.uint8Array({ maxLength: 40_000 }) });

test('what is put together from frames is what the protobuf library reads', () => {
  fc.assert(
    fc.property(fc.array(resource, { maxLength: 5 }), fc.array(fc.string({ unit: 'grapheme' })), (resources, removed) => {
      const encoded = encodeResources(resources);
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
  const [first, again, sameBytes, otherBytes] = encodeResources([one, one, { typeUrl: 'b', name: 'two', bytes: Buffer.from('same') }, { ...one, bytes: Buffer.from('other') }]);
  expect(first).toBe(again);
  expect(encodeResources([one])).toEqual([first]);
  expect(first?.version).toBe(sameBytes?.version);
  expect(first?.version).not.toBe(otherBytes?.version);
});

test('a copy of what was framed is framed by its own bytes', () => {
  const one = { typeUrl: 'a', name: 'one', bytes: Buffer.from('some bytes') };
  const [first] = encodeResources([one]);
  const [other] = encodeResources([{ ...one, bytes: Buffer.from('other') }]);
  expect(hex(other?.bytes)).toBe(hex(Buffer.from('other')));
  expect(other?.version).not.toBe(first?.version);
});

test('the bytes of a resource are held once, in its frame', () => {
  const one = { typeUrl: 'a', name: 'one', bytes: Buffer.from('some bytes') };
  const [encoded] = encodeResources([one]);
  expect(one.bytes.toString()).toBe('some bytes');
  expect(one.bytes.buffer).toBe(encoded?.deltaFrame.buffer);
  expect(one.bytes).toBe(encoded?.bytes);
});
