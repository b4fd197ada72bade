import { create, ScalarType, toBinary, type DescEnum, type DescField, type DescMessage, type JsonObject, type JsonValue } from '@bufbuild/protobuf';
import { isWrapperDesc, StructSchema, ValueSchema } from '@bufbuild/protobuf/wkt';
import { ClusterSchema } from '@flotilla/envoy-api/envoy/config/cluster/v3/cluster_pb.js';
import { ClusterLoadAssignmentSchema } from '@flotilla/envoy-api/envoy/config/endpoint/v3/endpoint_pb.js';
import { ListenerSchema } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_pb.js';
import { RouteConfigurationSchema } from '@flotilla/envoy-api/envoy/config/route/v3/route_pb.js';
import { HttpConnectionManagerSchema } from '@flotilla/envoy-api/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js';
import { UpstreamTlsContextSchema } from '@flotilla/envoy-api/envoy/extensions/transport_sockets/tls/v3/tls_pb.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encode, encodeResource } from './encode.ts';

/** Messages hold messages for ever; these leave out everything below. */
const deepest = 4;

/** protobuf-es loses an entry of this name. */
const names = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((name) => name !== '__proto__');
const json = fc.letrec<{ value: JsonValue; object: JsonObject }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, fc.constantFrom(null, true, false, '', 'text', 0, -0.5, 1e300), fc.array(tie('value'), { maxLength: 2 }), tie('object')),
  object: fc.dictionary(names, tie('value'), { maxKeys: 2 }),
}));
const texts = fc.oneof(names, fc.constantFrom('', 'x'.repeat(127), 'x'.repeat(129), `${'x'.repeat(127)}é`));

/** Any value of one field: an item of a list, or a value of a map. */
function anyValue(field: DescField, depth: number): fc.Arbitrary<unknown> {
  const { message } = field;
  if (field.enum !== undefined) return anyNumber(field.enum);
  if (message === undefined) return anyScalar(field.scalar);
  if (field.fieldKind === 'message' && field.oneof === undefined && isWrapperDesc(message)) return anyScalar(message.fields[0].scalar);
  if (message.typeName === StructSchema.typeName && field.parent.typeName !== ValueSchema.typeName) return json.object;
  return anyFields(message, depth + 1);
}

function anyNumber(type: DescEnum): fc.Arbitrary<number> {
  return fc.constantFrom(...type.values.map(({ number }) => number));
}

function anyScalar(type: ScalarType): fc.Arbitrary<unknown> {
  switch (type) {
    case ScalarType.STRING:
      return texts;
    case ScalarType.BYTES:
      return fc.uint8Array();
    case ScalarType.BOOL:
      return fc.boolean();
    case ScalarType.UINT32:
      return fc.oneof(fc.nat(), fc.constantFrom(0, 127, 128, 2 ** 14, 2 ** 21, 2 ** 28, 2 ** 32 - 1));
    case ScalarType.INT32:
      return fc.oneof(fc.integer(), fc.constantFrom(-1, 0, -(2 ** 31), 2 ** 31 - 1));
    case ScalarType.INT64:
      return fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.constantFrom(0n, -1n));
    case ScalarType.UINT64:
      return fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.constantFrom(0n, 127n, 2n ** 32n));
    case ScalarType.DOUBLE:
      return fc.double({ noNaN: true });
    case ScalarType.FLOAT:
      return fc.float({ noNaN: true, noDefaultInfinity: true });
    default:
      throw new TypeError(`no field of type ${ScalarType[type]} was expected`);
  }
}

/** Some fields of a message with any values. Few are drawn: most messages have dozens. */
function anyFields(desc: DescMessage, depth = 0): fc.Arbitrary<Record<string, unknown>> {
  const open = desc.fields.filter((field) => depth < deepest || field.message === undefined);
  if (open.length === 0) return fc.constant({});
  const drawn = fc.uniqueArray(fc.nat({ max: open.length - 1 }), { maxLength: 5 });
  return drawn.chain((indexes) =>
    fc.tuple(...indexes.map((at) => anyField(open[at]!, depth))).map((fields) => Object.fromEntries(fields)),
  );
}

function anyField(field: DescField, depth: number): fc.Arbitrary<[string, unknown]> {
  const value = anyValue(field, depth);
  if (field.fieldKind === 'list') return fc.array(value, { maxLength: 3 }).map((list) => [field.localName, list]);
  if (field.fieldKind === 'map') return fc.dictionary(names, value, { maxKeys: 3 }).map((map) => [field.localName, map]);
  const { oneof } = field;
  return oneof === undefined ? value.map((one) => [field.localName, one]) : value.map((one) => [oneof.localName, { case: field.localName, value: one }]);
}

test.each<DescMessage>([
  ClusterSchema,
  ClusterLoadAssignmentSchema,
  ListenerSchema,
  RouteConfigurationSchema,
  HttpConnectionManagerSchema,
  UpstreamTlsContextSchema,
  StructSchema,
])('encodes the same bytes as protobuf-es: $typeName', (schema) => {
  fc.assert(
    fc.property(anyFields(schema), (fields) => {
      const message = create(schema, fields);
      const expected = toBinary(schema, message);
      expect(encode(schema, fields)).toEqual(expected);
      expect(encode(schema, message)).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});

test('encodes a message larger than any before', () => {
  const fields = { clusterName: 'x'.repeat(100_000), policy: { overprovisioningFactor: 140 } };
  const whole = encode(ClusterLoadAssignmentSchema, fields);
  expect(Buffer.compare(whole, toBinary(ClusterLoadAssignmentSchema, create(ClusterLoadAssignmentSchema, fields)))).toBe(0);
  const twice = encode(ClusterLoadAssignmentSchema, fields, whole);
  expect(Buffer.compare(twice, Buffer.concat([whole, whole]))).toBe(0);
});

test('what was encoded stays as it is, whatever is encoded after it', () => {
  const size = fc.oneof(fc.nat(300), fc.nat(40_000));
  fc.assert(
    fc.property(fc.array(fc.record({ size, shared: fc.boolean() }), { minLength: 1, maxLength: 30 }), (pieces) => {
      const made = pieces.map(({ size, shared }, at) => {
        const fields = { clusterName: `${at}`.padEnd(size, '.') };
        return { bytes: (shared ? encodeResource : encode)(ClusterLoadAssignmentSchema, fields), message: create(ClusterLoadAssignmentSchema, fields) };
      });
      for (const { bytes, message } of made) expect(Buffer.compare(bytes, toBinary(ClusterLoadAssignmentSchema, message))).toBe(0);
    }),
  );
});

test('adds fields that are encoded already', () => {
  const endpoints = encode(ClusterLoadAssignmentSchema, { endpoints: [{ priority: 1 }] });
  const whole = toBinary(ClusterLoadAssignmentSchema, create(ClusterLoadAssignmentSchema, { clusterName: 'a', endpoints: [{ priority: 1 }] }));
  expect(encode(ClusterLoadAssignmentSchema, { clusterName: 'a' }, endpoints)).toEqual(whole);
});

test.each([-1, 0.5, 2 ** 32, NaN])('refuses %d as a port, and goes on with what comes next', (portValue) => {
  const endpointOn = (port: number) => ({
    endpoints: [{ lbEndpoints: [{ hostIdentifier: { case: 'endpoint' as const, value: { address: { address: { case: 'socketAddress' as const, value: { portSpecifier: { case: 'portValue' as const, value: port } } } } } } }] }],
  });
  expect(() => encode(ClusterLoadAssignmentSchema, endpointOn(portValue))).toThrow(RangeError);
  const next = encode(ClusterLoadAssignmentSchema, endpointOn(80));
  expect(next).toEqual(toBinary(ClusterLoadAssignmentSchema, create(ClusterLoadAssignmentSchema, endpointOn(80))));
});
