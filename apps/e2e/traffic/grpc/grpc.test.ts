import { echoPorts, makeCall, type Call, type CallAnswer } from '@flotilla/echo';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Mesh } from '../../src/mesh.ts';
import { startMesh } from '../../src/start-mesh.ts';
import type { TestApp } from '../../src/test-app.ts';

/** Codes of gRPC. */
const ok = 0;
const deadlineExceeded = 4;
const resourceExhausted = 8;
const unavailable = 14;

/** How callers reach the application, beside or past the gateway, by one set of rules. */
const rules = (rule: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: rpc, namespace: default}
spec:
  hosts: [rpc.default.svc.cluster.local, rpc.example.com]
  gateways: [mesh, bookinfo-gateway]
  http:
  - ${rule}
    route: [{destination: {host: rpc, port: {number: ${echoPorts.grpc}}}}]`;

describe('gRPC', () => {
  let mesh: Mesh;
  let rpc: TestApp;
  let caller: TestApp;
  beforeAll(async () => {
    mesh = await startMesh();
    [rpc, caller] = await Promise.all([mesh.attach({ app: 'rpc', version: 'v1' }), mesh.attach({ app: 'caller', version: 'v1' })]);
  });
  beforeEach(() => rpc.answer());
  afterAll(async () => {
    await Promise.all([rpc.detach(), caller.detach()]);
    await mesh.stop();
  });

  const protocols = ['grpc', 'grpc-stream'] as const;
  type Ask = (call: Omit<Call, 'url'>) => Promise<CallAnswer>;
  const throughGateway: Ask = (call) => makeCall({ ...call, url: 'http://rpc.example.com/' }, new URL(mesh.gatewayUrl).host);
  const throughSidecars: Ask = (call) => caller.call({ ...call, url: `http://rpc:${echoPorts.grpc}/` });
  const ways: readonly [string, Ask][] = [['the gateway', throughGateway], ['sidecars', throughSidecars]];

  it.each(ways)('goes through %s with its messages, headers, trailers and status', async (_, ask) => {
    await mesh.apply(rules('name: all'));
    await rpc.answer({ trailers: { 'x-last': 'word' } });
    expect(await ask({ protocol: 'grpc', messages: ['one'], headers: { 'x-first': 'word' } })).toMatchObject({ status: ok, messages: ['one'], headers: { 'x-echo': rpc.name }, trailers: { 'x-last': 'word' } });
    const messages = Array.from({ length: 100 }, (__, index) => `message ${index}`);
    expect(await ask({ protocol: 'grpc-stream', messages })).toMatchObject({ status: ok, messages, trailers: { 'x-last': 'word' } });
    expect((await rpc.asked()).map(({ method, headers }) => [method, headers['x-first']])).toEqual([['unary', 'word'], ['stream', undefined]]);
    await rpc.answer({ grpcStatus: resourceExhausted, trailers: { 'x-last': 'word' } });
    for (const protocol of protocols) {
      expect(await ask({ protocol })).toMatchObject({ status: resourceExhausted, body: 'as scripted', messages: [], trailers: { 'x-last': 'word' } });
    }
  });

  it.each(ways)('is tried again by %s for the statuses that a rule names, and no others', async (_, ask) => {
    await mesh.apply(rules('retries: {attempts: 3, retryOn: unavailable}'));
    await rpc.answer({ grpcStatus: unavailable }, { grpcStatus: unavailable }, {});
    expect(await ask({ protocol: 'grpc', messages: ['again'] })).toMatchObject({ status: ok, messages: ['again'] });
    expect(await rpc.asked()).toHaveLength(3);
    await rpc.answer({ grpcStatus: unavailable });
    expect(await ask({ protocol: 'grpc' })).toMatchObject({ status: unavailable });
    expect(await rpc.asked()).toHaveLength(4);
    await rpc.answer({ grpcStatus: resourceExhausted }, {});
    expect(await ask({ protocol: 'grpc' })).toMatchObject({ status: resourceExhausted });
    expect(await rpc.asked()).toHaveLength(1);
  });

  it.each(ways)('ends when its time is over by %s', async (_, ask) => {
    await mesh.apply(rules('timeout: 200ms'));
    await rpc.answer({ delayMs: 20_000 });
    for (const protocol of protocols) {
      // The proxy of the caller ends it as unavailable; that of the application, which is told the deadline, may be first.
      expect([deadlineExceeded, unavailable]).toContain((await ask({ protocol })).status);
    }
    await rpc.answer();
    expect(await ask({ protocol: 'grpc' })).toMatchObject({ status: ok });
  });

  it.each(ways)('fails with the status of a fault by %s without reaching the application', async (_, ask) => {
    await mesh.apply(rules('fault: {abort: {grpcStatus: RESOURCE_EXHAUSTED, percentage: {value: 100}}}'));
    for (const protocol of protocols) expect(await ask({ protocol })).toMatchObject({ status: resourceExhausted, messages: [] });
    expect(await rpc.asked()).toEqual([]);
  });
});
