import { once } from 'node:events';
import { echoPorts, makeCall } from '@flotilla/echo';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Mesh } from '../../src/mesh.ts';
import { startMesh } from '../../src/start-mesh.ts';
import type { TestApp } from '../../src/test-app.ts';

const messages = Array.from({ length: 50 }, (_, index) => `message ${index}`);

/** The way to the application, for callers beside and past the gateway. */
const rule = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: chat, namespace: default}
spec:
  hosts: [chat.default.svc.cluster.local, chat.example.com]
  gateways: [mesh, bookinfo-gateway]
  http:
  - match: [{uri: {prefix: /room}}]
    route: [{destination: {host: chat, port: {number: ${echoPorts.http}}}}]`;

/** Changes what all proxies have, but nothing that a WebSocket to `chat` goes through. */
const unrelated = (timeout: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: details, namespace: default}
spec:
  hosts: [details]
  http: [{timeout: ${timeout}, route: [{destination: {host: details}}]}]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: elsewhere, namespace: default}
spec:
  hosts: [elsewhere.example.com]
  resolution: STATIC
  ports: [{number: 8088, name: http, protocol: HTTP}]
  endpoints: [{address: 127.0.0.9, labels: {timeout: "${timeout}"}}]`;

describe('WebSockets', () => {
  let mesh: Mesh;
  let chat: TestApp;
  let caller: TestApp;
  beforeAll(async () => {
    mesh = await startMesh();
    [chat, caller] = await Promise.all([mesh.attach({ app: 'chat', version: 'v1' }), mesh.attach({ app: 'caller', version: 'v1' })]);
    await mesh.apply(rule);
  });
  beforeEach(() => chat.answer());
  afterAll(async () => {
    await Promise.all([chat.detach(), caller.detach()]);
    await mesh.stop();
  });

  const gateway = (): string => new URL(mesh.gatewayUrl).host;
  const paths = async (): Promise<string[]> => (await chat.asked()).map(({ protocol, path }) => `${protocol} ${path}`);

  it('go through sidecars and the gateway by their routes', async () => {
    const answered = { status: 101, messages };
    expect(await caller.call({ protocol: 'websocket', url: `http://chat:${echoPorts.http}/room/1`, messages })).toMatchObject(answered);
    expect(await makeCall({ protocol: 'websocket', url: 'http://chat.example.com/room/2', messages }, gateway())).toMatchObject(answered);
    expect(await caller.call({ protocol: 'websocket', url: `http://chat:${echoPorts.http}/elsewhere`, messages })).toMatchObject({ status: 404 });
    expect(await paths()).toEqual(['websocket /room/1', 'websocket /room/2']);
  });

  it('stay open while the mesh changes', async () => {
    const socket = new WebSocket(`ws://${gateway()}/room/3`, { headers: { host: 'chat.example.com' } });
    const closed: number[] = [];
    socket.on('close', (code: number) => closed.push(code));
    const echoed = async (message: string): Promise<string> => {
      const answer = once(socket, 'message') as Promise<[Buffer]>;
      socket.send(message);
      return String((await answer)[0]);
    };
    await once(socket, 'open');
    expect(await echoed('before')).toBe('before');
    for (const timeout of ['3s', '4s']) {
      await mesh.apply(unrelated(timeout));
      expect(await echoed(timeout)).toBe(timeout);
    }
    await mesh.remove('VirtualService/default/details', 'ServiceEntry/default/elsewhere');
    expect(await echoed('after')).toBe('after');
    expect([closed, await paths()]).toEqual([[], ['websocket /room/3']]);
    socket.close(1000);
    await once(socket, 'close');
    expect(closed).toEqual([1000]);
  });
});
