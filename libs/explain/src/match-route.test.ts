import { create } from '@bufbuild/protobuf';
import { RouteSchema } from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import { StringMatcherSchema } from '@flotilla/envoy-api/envoy/type/matcher/v3/string_pb.js';
import { describe, expect, it } from 'vitest';
import { mismatchOf } from './match-route.ts';
import { readRequest } from './read-request.ts';

type Match = NonNullable<Exclude<NonNullable<Parameters<typeof create<typeof RouteSchema>>[1]>['match'], { $typeName: string }>>;
const prefix: Match = { pathSpecifier: { case: 'prefix', value: '/' } };

function text(matchPattern: { readonly case: 'exact' | 'prefix'; readonly value: string }) {
  return { case: 'stringMatch' as const, value: create(StringMatcherSchema, { matchPattern }) };
}

function mismatch(match: Match, request: object = {}): string | undefined {
  const read = readRequest({ url: 'http://shop/a/b?x=1', ...request });
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return mismatchOf(create(RouteSchema, { match }), read.request);
}

describe('a path', () => {
  it.each<[NonNullable<Match['pathSpecifier']>, string | undefined]>([
    [{ case: 'path', value: '/a/b' }, undefined],
    [{ case: 'path', value: '/a' }, 'asks for the path /a'],
    [{ case: 'prefix', value: '/a/' }, undefined],
    [{ case: 'prefix', value: '/b' }, 'asks for a path that starts with /b'],
    [{ case: 'pathSeparatedPrefix', value: '/a' }, undefined],
    [{ case: 'pathSeparatedPrefix', value: '/a/' }, 'asks for a path at or below /a/'],
    [{ case: 'safeRegex', value: { $typeName: 'envoy.type.matcher.v3.RegexMatcher', regex: '/a/.', engineType: { case: undefined } } }, undefined],
    [{ case: 'safeRegex', value: { $typeName: 'envoy.type.matcher.v3.RegexMatcher', regex: '(?i)/A', engineType: { case: undefined } } }, 'asks for a path that matches (?i)/A'],
  ])('%o', (pathSpecifier, reason) => expect(mismatch({ pathSpecifier })).toBe(reason));

  it('has none in a request for a tunnel, which only a route for tunnels takes', () => {
    const tunnel: Match = { pathSpecifier: { case: 'connectMatcher', value: { $typeName: 'envoy.config.route.v3.RouteMatch.ConnectMatcher' } } };
    expect(mismatch(tunnel, { method: 'CONNECT' })).toBeUndefined();
    expect(mismatch(tunnel)).toBe('is for tunnels, which CONNECT asks for');
    expect(mismatch(prefix, { method: 'CONNECT' })).toBe('asks for a path, which CONNECT has none of');
  });

  it('may be of any case', () => expect(mismatch({ pathSpecifier: { case: 'path', value: '/A/B' }, caseSensitive: false })).toBeUndefined());
});

describe('headers', () => {
  const user = (invertMatch: boolean, treatMissingHeaderAsEmpty = false): Match => ({
    ...prefix,
    headers: [{ name: 'end-user', invertMatch, treatMissingHeaderAsEmpty, headerMatchSpecifier: text({ case: 'exact', value: 'jason' }) }],
  });
  it('are asked for', () => {
    expect(mismatch(user(false), { headers: { 'End-User': 'jason' } })).toBeUndefined();
    expect(mismatch(user(false))).toBe('asks header end-user to be "jason"; there is none');
    expect(mismatch(user(false), { headers: { 'end-user': ['tom'] } })).toBe('asks header end-user to be "jason"; it is "tom"');
  });
  it('are asked not to be; one that is missing satisfies that only where it counts as empty', () => {
    expect(mismatch(user(true), { headers: { 'end-user': 'jason' } })).toBe('asks header end-user not to be "jason"; it is "jason"');
    expect(mismatch(user(true))).toBe('asks header end-user not to be "jason"; there is none');
    expect(mismatch(user(true, true))).toBeUndefined();
  });
  it('include the method and the authority', () => {
    const method: Match = { ...prefix, headers: [{ name: ':method', headerMatchSpecifier: text({ case: 'prefix', value: 'PO' }) }] };
    expect(mismatch(method, { method: 'POST' })).toBeUndefined();
    expect(mismatch(method)).toBe('asks header :method to start with "PO"; it is "GET"');
  });
});

it('asks for query parameters', () => {
  const present = (name: string): Match => ({ ...prefix, queryParameters: [{ name, queryParameterMatchSpecifier: { case: 'presentMatch', value: true } }] });
  expect(mismatch(present('x'))).toBeUndefined();
  expect(mismatch(present('y'))).toBe('asks for a query parameter y; there is none');
});
