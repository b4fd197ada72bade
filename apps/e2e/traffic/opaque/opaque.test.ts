import { echoPorts, type Call, type CallAnswer } from '@flotilla/echo';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { egressTo } from '../../src/egress.ts';
import type { Mesh } from '../../src/mesh.ts';
import { startMesh } from '../../src/start-mesh.ts';
import type { TestApp } from '../../src/test-app.ts';

/** Where machines, containers and pods have their addresses. */
const everywhere = '[127.0.0.0/8, 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16]';

const subsets = `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: parts, namespace: default}
spec:
  host: parts
  subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]`;

describe('connections that are not HTTP', () => {
  let mesh: Mesh;
  let first: TestApp;
  let second: TestApp;
  let buyer: TestApp;
  let other: TestApp;
  beforeAll(async () => {
    mesh = await startMesh();
    [first, buyer] = await Promise.all([mesh.attach({ app: 'parts', version: 'v1' }), mesh.attach({ app: 'buyer', version: 'v1' })]);
    [second, other] = await Promise.all([mesh.attach({ app: 'parts', version: 'v2' }), mesh.attach({ app: 'buyer', version: 'v2' })]);
    await mesh.apply(`${egressTo('parts', { app: 'buyer', version: 'v1', bind: buyer.egressAddress })}${egressTo('parts', { app: 'buyer', version: 'v2', bind: other.egressAddress })}${subsets}`);
  });
  afterAll(async () => {
    await Promise.all([first, second, buyer, other].map((app) => app.detach()));
    await mesh.stop();
  });

  const route = (kind: 'tcp' | 'tls', routes: string): Promise<void> => mesh.apply(`
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: parts, namespace: default}
spec:
  hosts: [parts.default.svc.cluster.local, '*.example.com']
  ${kind}: ${routes}`);
  const to = (version: string, weight = 100): string => `{destination: {host: parts, subset: ${version}}, weight: ${weight}}`;

  const call = (caller: TestApp, protocol: 'tcp' | 'tls', more: Partial<Call> = {}): Promise<CallAnswer> =>
    caller.call({ protocol, url: `${protocol}://${caller.egressAddress ?? 'parts'}:${echoPorts[protocol]}`, ...more });
  const answering = async (count: number, ...asked: Parameters<typeof call>): Promise<string[]> => (await Promise.all(Array.from({ length: count }, () => call(...asked)))).map(({ body }) => body);
  const goTo = (app: TestApp, ...asked: Parameters<typeof call>) => expect.poll(async () => new Set(await answering(8, ...asked)), { timeout: 10_000 }).toEqual(new Set([app.name]));

  it('say and hear what they like, and are shared by weight', async () => {
    await route('tcp', `[{route: [${to('v1', 75)}, ${to('v2', 25)}]}]`);
    await expect.poll(() => call(buyer, 'tcp', { messages: ['one', 'two'] }), { timeout: 10_000 }).toMatchObject({ status: 200, messages: ['one', 'two'] });
    const names: string[] = [];
    for (let batch = 0; batch < 20; batch += 1) names.push(...(await answering(20, buyer, 'tcp')));
    expect(new Set(names)).toEqual(new Set([first.name, second.name]));
    // Five standard deviations of a fair draw of 400 are 0.108.
    expect(Math.abs(names.filter((name) => name === first.name).length / names.length - 0.75)).toBeLessThan(0.11);
  });

  it('go by the port', async () => {
    await route('tcp', `[{match: [{port: ${echoPorts.http}}], route: [${to('v1')}]}, {match: [{port: ${echoPorts.tcp}}], route: [${to('v2')}]}]`);
    await goTo(second, buyer, 'tcp');
    await route('tcp', `[{match: [{port: ${echoPorts.tcp}}], route: [${to('v1')}]}, {route: [${to('v2')}]}]`);
    await goTo(first, buyer, 'tcp');
  });

  it('go by the labels of who connects', async () => {
    await route('tcp', `[{match: [{sourceLabels: {version: v2}}], route: [${to('v2')}]}, {route: [${to('v1')}]}]`);
    await goTo(second, other, 'tcp');
    await goTo(first, buyer, 'tcp');
  });

  it('go by the address that they are for', async () => {
    await route('tcp', `[{match: [{destinationSubnets: [192.0.2.0/24]}], route: [${to('v1')}]}, {match: [{destinationSubnets: ${everywhere}}], route: [${to('v2')}]}]`);
    await goTo(second, buyer, 'tcp');
    await route('tcp', `[{match: [{destinationSubnets: ${everywhere}}], route: [${to('v1')}]}, {route: [${to('v2')}]}]`);
    await goTo(first, buyer, 'tcp');
  });

  it('by TLS go by the name asked for, to who ends it', async () => {
    await route('tls', `[{match: [{sniHosts: [first.example.com]}], route: [${to('v1')}]}, {match: [{sniHosts: ['*.example.com']}], route: [${to('v2')}]}]`);
    await goTo(first, buyer, 'tls', { serverName: 'first.example.com' });
    await goTo(second, buyer, 'tls', { serverName: 'second.example.com' });
    await Promise.all([first.answer(), second.answer()]);
    expect(await call(buyer, 'tls', { serverName: 'first.example.com', messages: ['hello'] })).toMatchObject({ status: 200, body: first.name, messages: ['hello'] });
    expect(await call(buyer, 'tls', { serverName: 'any.example.com', messages: ['hello'] })).toMatchObject({ status: 200, body: second.name, messages: ['hello'] });
    expect([await first.asked(), await second.asked()]).toMatchObject([[{ protocol: 'tls', path: 'first.example.com' }], [{ protocol: 'tls', path: 'any.example.com' }]]);
  });
});
