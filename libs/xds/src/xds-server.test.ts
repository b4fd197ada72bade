import { FlotillaError } from '@flotilla/errors';
import { plaintextServerCredentials, serveGrpc, type GrpcServer } from '@flotilla/rpc';
import { createLogger, systemClock } from '@flotilla/runtime';
import { eventually, startAdsClient, type AdsClient, type AdsClientOptions } from '@flotilla/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { XdsResource } from './encoded-resource.ts';
import { ResourceSet } from './resource-set.ts';
import { resourceTypes } from './resource-type.ts';
import { references, resource, resourcesOf, textOf } from './testing/small-mesh.ts';
import { createXdsServer, type XdsServer } from './xds-server.ts';
import type { ConnectedProxy } from './xds-server-options.ts';

const { cluster, endpoint, listener, route } = resourceTypes;
const logger = createLogger('xds-test', { level: 'silent' });

let scope: ResourceSet;
let xds: XdsServer;
let grpc: GrpcServer;
let clients: AdsClient[];
let connected: ConnectedProxy[];
let revision: number;

beforeEach(async () => {
  clients = [];
  connected = [];
  revision = 1;
  const mesh = { clusters: { a: '1', b: '1' }, endpoints: { a: '1', b: '1' }, routes: { r: ['a', 'b'] }, listeners: { x: ['r'] } };
  scope = new ResourceSet('scope', { resources: resourcesOf(mesh), revision });
  xds = createXdsServer({
    clock: systemClock,
    logger,
    maxStreams: 3,
    authorize(node) {
      if (node.id === 'impostor') throw new FlotillaError('FORBIDDEN', 'the certificate does not prove this id');
    },
    connect(proxy) {
      connected.push(proxy);
      return { scope, own: new ResourceSet(proxy.node.id, { resources: [resource(listener, 'inbound', '')], revision: 1 }) };
    },
    disconnect: (proxy) => void connected.splice(connected.indexOf(proxy), 1),
  });
  xds.advance(revision);
  grpc = await serveGrpc({ address: '127.0.0.1:0', credentials: plaintextServerCredentials(), services: [xds.service], logger, clock: systemClock });
});

afterEach(async () => {
  for (const client of clients) client.close();
  await grpc.stop();
});

function start(node: string, protocol: 'delta' | 'sotw', rest: Partial<AdsClientOptions> = {}): AdsClient {
  const client = startAdsClient({ address: grpc.address, protocol, node, references, ...rest });
  clients.push(client);
  return client;
}

function change(upserts: readonly XdsResource[], removals: readonly { readonly typeUrl: string; readonly name: string }[] = []): void {
  revision += 1;
  scope.apply({ upserts, removals, revision });
  xds.advance(revision);
}

const texts = (client: AdsClient, typeUrl: string): Record<string, string> => Object.fromEntries([...client.resources(typeUrl)].map(([name, each]) => [name, textOf(each)]));
const synced = (id: string) => eventually(() => expect(xds.proxy(id)).toMatchObject({ state: 'SYNCED', answeredRevision: revision }));

test.each(['delta', 'sotw'] as const)('%s: a proxy is configured, takes changes in, and is shown', async (protocol) => {
  const client = start('proxy', protocol);
  await eventually(() => expect(texts(client, route)).toEqual({ r: 'a b' }));
  await synced('proxy');
  expect(texts(client, cluster)).toEqual({ a: '1', b: '1' });
  expect(texts(client, endpoint)).toEqual({ a: '1', b: '1' });
  expect(texts(client, listener)).toEqual({ x: 'r', inbound: '' });
  change([resource(endpoint, 'a', '2'), resource(cluster, 'c', '1'), resource(endpoint, 'c', '1'), resource(route, 'r', 'c')], [{ typeUrl: cluster, name: 'b' }]);
  await eventually(() => expect(texts(client, route)).toEqual({ r: 'c' }));
  await eventually(() => expect(texts(client, cluster)).toEqual({ a: '1', c: '1' }));
  await synced('proxy');
  expect(texts(client, endpoint)).toMatchObject({ a: '2', c: '1' });
  expect(xds.proxies()).toMatchObject([{ id: 'proxy', protocol, scope: 'scope', types: [{ typeUrl: cluster, state: 'SYNCED', ackedRevision: 2 }, {}, {}, {}] }]);
  expect(xds.progress(2)).toEqual({ revision: 2, acked: ['proxy'], nacked: [], waiting: [] });
});

test('a proxy that comes back is sent only what it has not, or has no more', async () => {
  const seen: string[] = [];
  const client = start('proxy', 'delta', { onResponse: (typeUrl, names) => seen.push(...names.map((name) => `${typeUrl.split('.').at(-1) ?? ''} ${name}`)) });
  await eventually(() => expect(texts(client, route)).toEqual({ r: 'a b' }));
  await synced('proxy');
  client.disconnect();
  await eventually(() => expect(connected).toEqual([]));
  change([resource(route, 'r', 'a')], [{ typeUrl: listener, name: 'x' }]);
  seen.length = 0;
  client.reconnect();
  await eventually(() => expect([...client.resources(listener).keys()]).toEqual(['inbound']));
  await synced('proxy');
  expect(seen.filter((each) => each !== 'RouteConfiguration r')).toEqual([]);
});

test('a refusal is on record with its names until what was refused is mended; everything else goes on', async () => {
  const bad = (resources: readonly { readonly name: string; readonly bytes: Uint8Array }[]): string | undefined =>
    resources.some((each) => textOf(each) === 'bad') ? 'Error adding/updating cluster(s) b: no such thing' : undefined;
  const client = start('proxy', 'delta', { refuse: bad });
  await synced('proxy');
  change([resource(cluster, 'b', 'bad'), resource(cluster, 'a', '2')]);
  await eventually(() => expect(xds.progress(2)).toMatchObject({ nacked: ['proxy'], waiting: [] }));
  expect(xds.proxy('proxy')?.types[0]).toMatchObject({ state: 'NACKED', refusals: [{ names: ['b'], revision: 2, reason: 'Error adding/updating cluster(s) b: no such thing' }] });
  change([resource(cluster, 'a', '3'), resource(route, 'r', 'a')]);
  await eventually(() => expect(texts(client, route)).toEqual({ r: 'a' }));
  expect(texts(client, cluster)).toEqual({ a: '3', b: '1' });
  expect(xds.proxy('proxy')?.state).toBe('NACKED');
  change([resource(cluster, 'b', '2')]);
  await synced('proxy');
  expect(texts(client, cluster)).toEqual({ a: '3', b: '2' });
});

test('a proxy that does not read costs the others nothing, and takes little until it does', async () => {
  const slow = start('slow', 'delta');
  const fast = start('fast', 'delta');
  await synced('slow');
  await synced('fast');
  slow.pause();
  const big = 'x'.repeat(100);
  const many = (text: string): XdsResource[] => Array.from({ length: 4_000 }, (_, n) => resource(cluster, `c${n}`, text));
  for (const text of [big, `${big}2`, `${big}3`, 'last']) {
    change(many(text));
    await eventually(() => expect(fast.resources(cluster).get('c3999')).toSatisfy((each: Parameters<typeof textOf>[0] | undefined) => each !== undefined && textOf(each) === text));
  }
  expect(xds.progress(revision).waiting).toContain('slow');
  slow.resume();
  await eventually(() => expect(texts(slow, cluster)).toEqual(texts(fast, cluster)));
});

test('who may not connect is told why, and so is who comes as one too many', async () => {
  const impostor = start('impostor', 'delta');
  await eventually(() => expect(impostor.ended).toMatch(/PERMISSION_DENIED.*does not prove this id/));
  start('one', 'delta');
  start('two', 'sotw');
  start('three', 'delta');
  await eventually(() => expect(connected).toHaveLength(3));
  const fourth = start('four', 'delta');
  await eventually(() => expect(fourth.ended).toMatch(/RESOURCE_EXHAUSTED/));
});

test('a proxy that is shown another scope is sent the difference', async () => {
  const client = start('proxy', 'delta');
  await synced('proxy');
  const other = new ResourceSet('other', { resources: resourcesOf({ clusters: { a: '1', z: '1' }, endpoints: {}, routes: {}, listeners: {} }), revision: 1 });
  connected[0]?.retarget({ scope: other, own: new ResourceSet('proxy') });
  await eventually(() => expect([...client.resources(cluster).keys()]).toEqual(['a', 'z']));
  await eventually(() => expect([...client.resources(listener).keys()]).toEqual([]));
  expect(scope.watchers).toBe(0);
  expect(xds.proxy('proxy')?.scope).toBe('other');
});

test('a proxy that is about to be shown another scope counts as stale until it is', async () => {
  start('proxy', 'delta');
  await synced('proxy');
  connected[0]?.outdated(2);
  xds.advance(3);
  expect(xds.progress(2).waiting).toEqual(['proxy']);
  expect(xds.proxy('proxy')).toMatchObject({ state: 'STALE', answeredRevision: 1 });
  connected[0]?.retarget({ scope, own: new ResourceSet('proxy') });
  await eventually(() => expect(xds.progress(3).acked).toEqual(['proxy']));
  expect(xds.proxy('proxy')?.state).toBe('SYNCED');
});
