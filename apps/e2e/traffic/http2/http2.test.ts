import { echoPorts, makeCall, type Call, type CallAnswer } from '@flotilla/echo';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Mesh } from '../../src/mesh.ts';
import { startMesh } from '../../src/start-mesh.ts';
import type { TestApp } from '../../src/test-app.ts';

/** Has callers' proxies tell what they speak to the application, or to the Envoy before it. */
const rule = (port: keyof typeof echoPorts): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: modern, namespace: default}
spec:
  hosts: [modern.default.svc.cluster.local, modern.example.com]
  gateways: [mesh, bookinfo-gateway]
  http:
  - headers: {response: {set: {x-upstream: "%UPSTREAM_PROTOCOL%"}}}
    route: [{destination: {host: modern, port: {number: ${echoPorts[port]}}}}]`;

const policy = (h2UpgradePolicy: string): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: modern, namespace: default}
spec:
  host: modern
  trafficPolicy: {connectionPool: {http: {h2UpgradePolicy: ${h2UpgradePolicy}}}}`;

describe('HTTP/2', () => {
  let mesh: Mesh;
  let modern: TestApp;
  let caller: TestApp;
  beforeAll(async () => {
    mesh = await startMesh();
    [modern, caller] = await Promise.all([mesh.attach({ app: 'modern', version: 'v1' }), mesh.attach({ app: 'caller', version: 'v1' })]);
  });
  beforeEach(() => modern.answer());
  afterAll(async () => {
    await Promise.all([modern.detach(), caller.detach()]);
    await mesh.stop();
  });

  type Ask = (call: Omit<Call, 'url'>, port?: keyof typeof echoPorts) => Promise<CallAnswer>;
  const throughGateway: Ask = (call) => makeCall({ ...call, url: 'http://modern.example.com/path' }, new URL(mesh.gatewayUrl).host);
  const throughSidecars: Ask = (call, port = 'http2') => caller.call({ ...call, url: `http://modern:${echoPorts[port]}/path` });
  /** What the application was spoken to in. */
  const spoken = async (): Promise<string[]> => (await modern.asked()).map(({ protocol }) => protocol);

  it.each<[string, Ask]>([['the gateway', throughGateway], ['sidecars', throughSidecars]])('goes all the way through %s, with trailers', async (_, ask) => {
    await mesh.apply(rule('http2'));
    await modern.answer({ body: 'well', trailers: { 'x-last': 'word' } });
    expect(await ask({ protocol: 'http2', method: 'POST', body: 'hello' })).toMatchObject({ status: 200, body: 'well', headers: { 'x-upstream': 'HTTP/2' }, trailers: { 'x-last': 'word' } });
    expect((await modern.asked()).map(({ protocol, method, path, body }) => [protocol, method, path, body])).toEqual([['HTTP/2.0', 'POST', '/path', 'hello']]);
  });

  it('is spoken to an application of it for callers that do not speak it', async () => {
    await mesh.apply(rule('http2'));
    for (const ask of [throughGateway, throughSidecars]) expect(await ask({ protocol: 'http' })).toMatchObject({ status: 200, headers: { 'x-upstream': 'HTTP/2' } });
    expect(await spoken()).toEqual(['HTTP/2.0', 'HTTP/2.0']);
  });

  it('is what Envoys speak among each other where they are told to, whatever the application speaks', async () => {
    await mesh.apply(rule('http'));
    const upstream = async (): Promise<string | undefined> => {
      const { status, headers } = await throughSidecars({ protocol: 'http' }, 'http');
      expect(status).toBe(200);
      return headers['x-upstream'];
    };
    expect(await upstream()).toBe('HTTP/1.1');
    await mesh.apply(policy('UPGRADE'));
    await expect.poll(upstream, { timeout: 10_000 }).toBe('HTTP/2');
    await mesh.apply(policy('DO_NOT_UPGRADE'));
    await expect.poll(upstream, { timeout: 10_000 }).toBe('HTTP/1.1');
    expect(new Set(await spoken())).toEqual(new Set(['HTTP/1.1']));
  });
});
