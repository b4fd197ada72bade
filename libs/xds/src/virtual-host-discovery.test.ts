import { plaintextServerCredentials, serveGrpc, type GrpcServer } from '@flotilla/rpc';
import { createLogger, systemClock } from '@flotilla/runtime';
import { eventually, freePorts, startEnvoy, type TestEnvoy } from '@flotilla/testing';
import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { XdsResource } from './encoded-resource.ts';
import { ResourceSet } from './resource-set.ts';
import { resourceTypes } from './resource-type.ts';
import { bootstrap, discoveringRoute, listener, virtualHost } from './testing/envoy-mesh.ts';
import { createXdsServer, type XdsServer } from './xds-server.ts';

const logger = createLogger('xds-test', { level: 'silent' });

let scope: ResourceSet;
let xds: XdsServer;
let grpc: GrpcServer;
let port: number;
let envoy: TestEnvoy;
let revision: number;
let sent: string[];

beforeEach(async () => {
  revision = 1;
  sent = [];
  [port = 0] = await freePorts(1);
  scope = new ResourceSet('scope', { resources: [discoveringRoute(), virtualHost('all', '*', 'all'), listener(port)], revision });
  await serve(0);
  envoy = await startEnvoy(bootstrap('delta', grpc.port));
  await settled();
});

afterEach(async () => {
  await envoy.stop();
  await grpc.stop();
});

async function serve(onPort: number): Promise<void> {
  const observer = { sent: (typeUrl: string, _: number, resources: number) => void sent.push(`${resources} ${typeUrl.split('.').at(-1)}`) };
  xds = createXdsServer({ clock: systemClock, logger, observer, authorize: () => undefined, connect: () => ({ scope, own: new ResourceSet('own') }) });
  xds.advance(revision);
  grpc = await serveGrpc({ address: `127.0.0.1:${onPort}`, credentials: plaintextServerCredentials(), services: [xds.service], logger, clock: systemClock });
}

async function settled(): Promise<void> {
  await eventually(() => expect(xds.progress(revision)).toMatchObject({ acked: ['envoy'], waiting: [], nacked: [] }));
}

async function change(upserts: readonly XdsResource[], removals: readonly string[] = []): Promise<void> {
  revision += 1;
  sent = [];
  scope.apply({ upserts, removals: removals.map((name) => ({ typeUrl: resourceTypes.virtualHost, name })), revision });
  xds.advance(revision);
  await settled();
}

/** What Envoy answers to a request for a host. */
function answer(host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, headers: { host }, agent: false }, (response) => void text(response).then(resolve, reject)).on('error', reject);
  });
}

test('a real Envoy takes virtual hosts one by one: added, changed, moved and removed', async () => {
  expect(await answer('one.test')).toBe('all');
  await change([virtualHost('one', 'one.test', 'first')]);
  expect(await answer('one.test')).toBe('first');
  await change([virtualHost('one', 'one.test', 'second')]);
  expect(await answer('one.test')).toBe('second');
  expect(sent).toEqual(['1 VirtualHost']);
  await change([virtualHost('two', 'one.test', 'moved'), virtualHost('one', 'other.test', 'second')]);
  expect(await Promise.all(['one.test', 'other.test'].map(answer))).toEqual(['moved', 'second']);
  await change([virtualHost('three', 'one.test', 'taken over')], ['routes/two']);
  expect(await answer('one.test')).toBe('taken over');
  await change([], ['routes/one', 'routes/three']);
  expect(await Promise.all(['one.test', 'other.test'].map(answer))).toEqual(['all', 'all']);
});

test('a real Envoy that comes back says what it has, and is sent only what it has not', async () => {
  await change([virtualHost('one', 'one.test', 'first'), virtualHost('two', 'two.test', 'first')]);
  const { port: xdsPort } = grpc;
  await grpc.stop();
  revision += 1;
  scope.apply({ upserts: [virtualHost('two', 'two.test', 'second')], removals: [], revision });
  sent = [];
  await serve(xdsPort);
  await settled();
  expect(sent.filter((each) => !each.startsWith('0 '))).toEqual(['1 VirtualHost']);
  expect(await Promise.all(['one.test', 'two.test'].map(answer))).toEqual(['first', 'second']);
});

test('a real Envoy has its virtual hosts again when a listener comes back that had gone', async () => {
  const inbound = { typeUrl: resourceTypes.listener, name: 'inbound' };
  scope.apply({ upserts: [], removals: [inbound], revision: (revision += 1) });
  xds.advance(revision);
  await settled();
  await eventually(async () => expect(await answer('one.test').catch(String)).toContain('ECONNREFUSED'));
  await change([virtualHost('one', 'one.test', 'first'), listener(port)]);
  await eventually(async () => expect(await Promise.all(['one.test', 'two.test'].map(answer))).toEqual(['first', 'all']));
});

test('a virtual host that a real Envoy refuses is named, and the others stay', async () => {
  revision += 1;
  scope.apply({ upserts: [virtualHost('again', '*', 'twice')], removals: [], revision });
  xds.advance(revision);
  await eventually(() => expect(xds.progress(revision)).toMatchObject({ nacked: ['envoy'] }));
  expect(await answer('one.test')).toBe('all');
  await change([virtualHost('again', 'again.test', 'once')]);
  expect(await answer('again.test')).toBe('once');
});

test('one virtual host that a real Envoy refuses keeps nothing from those that came with it', async () => {
  const good = Array.from({ length: 9 }, (_, at) => `host-${at}.test`);
  revision += 1;
  scope.apply({ upserts: [...good.map((host) => virtualHost(host, host, host)), virtualHost('again', '*', 'twice')], removals: [], revision });
  xds.advance(revision);
  await eventually(async () => expect(await Promise.all(good.map(answer))).toEqual(good));
  const refusals = () => xds.proxy('envoy')?.types.flatMap((type) => type.refusals);
  await eventually(() => expect(refusals()).toMatchObject([{ names: ['routes/again'] }]));
  await change([virtualHost('again', 'again.test', 'once')]);
  expect(refusals()).toEqual([]);
});
