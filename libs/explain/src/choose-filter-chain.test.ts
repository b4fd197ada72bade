import { create } from '@bufbuild/protobuf';
import { ListenerSchema } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_pb.js';
import { describe, expect, it } from 'vitest';
import { chooseFilterChain } from './choose-filter-chain.ts';
import type { InspectedConnection } from './inspected-connection.ts';

const connection: InspectedConnection = { address: '10.1.2.3', port: 443, source: '', serverName: 'a.example.com', transportProtocol: 'tls', applicationProtocols: ['h2', 'http/1.1'] };
type Match = NonNullable<Parameters<typeof create<typeof ListenerSchema>>[1]>['filterChains'];

function chosen(filterChains: NonNullable<Match>, over: Partial<InspectedConnection> = {}): string {
  const choice = chooseFilterChain(create(ListenerSchema, { filterChains }), { ...connection, ...over });
  return 'error' in choice ? choice.error : choice.name;
}

const range = (addressPrefix: string, prefixLen: number) => ({ addressPrefix, prefixLen });

describe('chooseFilterChain', () => {
  it('takes the closest name: itself, then the longest wildcard, then none', () => {
    const any = { name: 'any' };
    const wide = { name: 'wide', filterChainMatch: { serverNames: ['*.com'] } };
    const close = { name: 'close', filterChainMatch: { serverNames: ['*.example.com'] } };
    const own = { name: 'own', filterChainMatch: { serverNames: ['a.example.com'] } };
    expect(chosen([any, wide, close, own])).toBe('own');
    expect(chosen([any, wide, close])).toBe('close');
    expect(chosen([any, close], { serverName: 'example.com' })).toBe('any');
    expect(chosen([close], { serverName: 'example.com' })).toBe('no filter chains matched');
  });

  it('decides by the port before the name, and never goes back', () => {
    const port = { name: 'port', filterChainMatch: { destinationPort: 443, serverNames: ['b.example.com'] } };
    const name = { name: 'name', filterChainMatch: { serverNames: ['a.example.com'] } };
    expect(chosen([port, name])).toBe('no filter chains matched');
    expect(chosen([port, name], { port: 80 })).toBe('name');
  });

  it('takes the longest prefix of an address', () => {
    const wide = { name: 'wide', filterChainMatch: { prefixRanges: [range('10.0.0.0', 8), range('1234::', 16)] } };
    const close = { name: 'close', filterChainMatch: { prefixRanges: [range('10.1.0.0', 16)] } };
    expect(chosen([wide, close])).toBe('close');
    expect(chosen([wide, close], { address: '10.2.0.0' })).toBe('wide');
    expect(chosen([wide, close], { address: '1234::1' })).toBe('wide');
    expect(chosen([wide, close], { address: '192.168.0.1' })).toBe('no filter chains matched');
  });

  it("goes by the client's favourite application protocol", () => {
    const old = { name: 'old', filterChainMatch: { applicationProtocols: ['http/1.1'] } };
    const fresh = { name: 'fresh', filterChainMatch: { applicationProtocols: ['h2'] } };
    expect(chosen([old, fresh])).toBe('fresh');
    expect(chosen([old, fresh], { applicationProtocols: ['http/1.1', 'h2'] })).toBe('old');
  });

  it('tells chains apart no further than Envoy does', () => {
    expect(chosen([{ name: 'one' }, { name: 'other' }])).toBe('multiple filter chains matched');
  });

  it('says why each other chain was passed over', () => {
    const listener = create(ListenerSchema, { filterChains: [{ name: 'plain', filterChainMatch: { transportProtocol: 'raw_buffer' } }], defaultFilterChain: {} });
    expect(chooseFilterChain(listener, connection)).toMatchObject({
      name: 'default filter chain',
      nearMisses: [{ at: 'filterChain', name: 'plain', reason: 'asks for transport protocol raw_buffer, the connection has tls' }],
    });
  });
});
