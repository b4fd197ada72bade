import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { DeltaDiscoveryRequestSchema } from '@flotilla/envoy-api/envoy/service/discovery/v3/discovery_pb.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeDeltaRequest } from './decode-delta-request.ts';
import { NameLists } from './name-lists.ts';

const name = fc.string({ unit: 'grapheme', maxLength: 200 });
const request = fc.record({
  node: fc.option(fc.record({ id: name, cluster: name }), { nil: undefined }),
  typeUrl: name,
  resourceNamesSubscribe: fc.array(name, { maxLength: 30 }),
  resourceNamesUnsubscribe: fc.array(name, { maxLength: 3 }),
  initialResourceVersions: fc.dictionary(name, name),
  responseNonce: name,
  errorDetail: fc.option(fc.record({ code: fc.nat(16), message: name }), { nil: undefined }),
});

test('reads what the protobuf library reads, in whichever order fields come', () => {
  fc.assert(
    fc.property(request, request, (one, two) => {
      const bytes = Buffer.concat([one, two].map((each) => toBinary(DeltaDiscoveryRequestSchema, create(DeltaDiscoveryRequestSchema, each as Parameters<typeof create<typeof DeltaDiscoveryRequestSchema>>[1]))));
      expect(decodeDeltaRequest(bytes, new NameLists())).toEqual(fromBinary(DeltaDiscoveryRequestSchema, bytes));
    }),
  );
});

test('refuses what ends too early', () => {
  const bytes = Buffer.from(toBinary(DeltaDiscoveryRequestSchema, create(DeltaDiscoveryRequestSchema, { resourceNamesSubscribe: ['a name'] })));
  expect(() => decodeDeltaRequest(bytes.subarray(0, -1), new NameLists())).toThrow(RangeError);
});

test('holds a long list once, however often it comes, and tells lists apart', () => {
  const asking = (names: readonly string[], responseNonce: string): Buffer => Buffer.from(toBinary(DeltaDiscoveryRequestSchema, create(DeltaDiscoveryRequestSchema, { resourceNamesSubscribe: [...names], responseNonce })));
  const lists = new NameLists();
  const names = Array.from({ length: 500 }, (_, number) => `outbound|${number}||reviews.default.svc.cluster.local`);
  const [first, second, other] = [asking(names, 'a'), asking(names, 'b'), asking(names.toReversed(), 'c')].map((bytes) => decodeDeltaRequest(bytes, lists).resourceNamesSubscribe);
  expect(first).toEqual(names);
  expect(second).toBe(first);
  expect(other).toEqual(names.toReversed());
});
