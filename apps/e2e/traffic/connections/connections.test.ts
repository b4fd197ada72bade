import { echoPorts, type Call, type CallAnswer } from '@flotilla/echo';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { egressTo } from '../../src/egress.ts';
import type { Mesh } from '../../src/mesh.ts';
import { startMesh } from '../../src/start-mesh.ts';
import type { TestApp } from '../../src/test-app.ts';

describe('what DestinationRules say of connections', () => {
  let mesh: Mesh;
  let wire: TestApp;
  let tunnel: TestApp;
  let talker: TestApp;
  beforeAll(async () => {
    mesh = await startMesh();
    [wire, tunnel, talker] = await Promise.all([
      mesh.attach({ app: 'wire', version: 'v1', sidecar: false }), mesh.attach({ app: 'tunnel', version: 'v1', sidecar: false }), mesh.attach({ app: 'talker', version: 'v1' }),
    ]);
    await mesh.apply(egressTo('wire', { app: 'talker', version: 'v1', bind: talker.egressAddress }));
  });
  afterAll(async () => {
    await Promise.all([wire, tunnel, talker].map((app) => app.detach()));
    await mesh.stop();
  });

  const policy = (host: string, settings: string): Promise<void> => mesh.apply(`
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: ${host}, namespace: default}
spec: {host: ${host}, trafficPolicy: {${settings}}}`);
  const call = (more: Partial<Call> = {}): Promise<CallAnswer> => talker.call({ protocol: 'tcp', url: `tcp://${talker.egressAddress ?? 'wire'}:${echoPorts.tcp}`, ...more });
  /** What the application gives back of what it was sent before anything else. */
  const heard = async (...messages: readonly string[]): Promise<readonly string[]> => (await call({ messages })).messages;

  it('has who calls announced by the PROXY protocol, in either version', async () => {
    await expect.poll(() => heard('hello'), { timeout: 10_000 }).toEqual(['hello']);
    await policy('wire', 'proxyProtocol: {version: V1}');
    await expect.poll(() => heard('hello'), { timeout: 10_000 }).toEqual([expect.stringMatching(/^PROXY TCP4 [\d.]+ [\d.]+ \d+ \d+$/)]);
    await policy('wire', 'proxyProtocol: {version: V2}');
    // It begins with a signature of which only one word can be read; the addresses after it may hold the ends of lines.
    await expect.poll(async () => (await heard('one', 'two', 'three', 'four')).slice(0, 4), { timeout: 10_000 }).toEqual(['', '', '\0', 'QUIT']);
  });

  it.each(['maxConnectionDuration: 1s', 'idleTimeout: 1s'])('ends those that last longer than %s', async (limit) => {
    await policy('wire', `connectionPool: {tcp: {${limit}}}`);
    await expect.poll(async () => (await call({ stay: true })).status, { timeout: 70_000 }).toBe(200);
  });

  it('has them go through a tunnel', async () => {
    await policy('tunnel', 'tunnel: {protocol: CONNECT, targetHost: far.example.com, targetPort: 7777}');
    await mesh.apply(`
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: wire, namespace: default}
spec:
  hosts: [wire.default.svc.cluster.local]
  tcp: [{route: [{destination: {host: tunnel, port: {number: ${echoPorts.http}}}}]}]`);
    await expect.poll(() => call({ messages: ['hello'] }), { timeout: 10_000 }).toMatchObject({ body: tunnel.name, messages: ['hello'] });
    expect((await tunnel.asked())[0]).toMatchObject({ method: 'CONNECT', path: 'far.example.com:7777' });
  });
});
