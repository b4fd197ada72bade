import { connectBus, ensureBuckets, natsServerConfig, type Bus, type PropagationReport } from '@flotilla/bus';
import { readYaml, type MeshResource } from '@flotilla/resources';
import { createLogger, systemClock } from '@flotilla/runtime';
import { adsTypes, eventually, freePorts, startAdsClient, startNatsServer, startProcess, type AdsClient, type TestNatsServer, type TestProcess } from '@flotilla/testing';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const passwords = { galley: 'galley-secret', pilot: 'pilot-secret' };
const nodeId = 'sidecar~10.1.0.9~shop-v1.default~default.svc.cluster.local';
const cluster = 'outbound|80||reviews.default.svc.cluster.local';

let nats: TestNatsServer;
let bus: Bus;
let folder: string;
let ports: { readonly admin: number; readonly xds: number };
let pilot: TestProcess;
let clients: AdsClient[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flotilla-pilot-'));
  await writeFile(join(folder, 'password'), passwords.pilot);
  nats = await startNatsServer((place) => natsServerConfig({ ...place, passwords }));
  bus = await connectBus({ servers: nats.url, user: 'galley', password: passwords.galley, name: 'galley', logger: createLogger('test', { level: 'silent' }), clock: systemClock });
  await ensureBuckets(bus);
  const [admin = 0, xds = 0] = await freePorts(2);
  ports = { admin, xds };
  clients = [];
  pilot = await startPilot();
});

afterEach(async () => {
  for (const client of clients) client.close();
  await pilot.stop();
  await bus.close();
  await nats.stop();
  await rm(folder, { recursive: true, force: true });
});

async function startPilot(): Promise<TestProcess> {
  const started = startProcess(process.execPath, [
    join(import.meta.dirname, 'main.ts'),
    ...['--nats-url', nats.url, '--nats-password-file', join(folder, 'password'), '--data-dir', folder],
    ...['--admin-port', String(ports.admin), '--insecure-xds', `127.0.0.1:${ports.xds}`],
  ]);
  await eventually(() => expect(started.output()).toContain('serving xDS'));
  return started;
}

function resources(yaml: string): MeshResource[] {
  const { resources: read, failures } = readYaml(yaml, { file: 'test.yaml', defaultNamespace: 'default' });
  expect(failures).toEqual([]);
  return [...read];
}

const commit = (yaml: string): Promise<number> => bus.store('config').commit(resources(yaml), []);

const reviews = (addresses: readonly string[]): string => `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: reviews}
spec:
  hosts: [reviews.default.svc.cluster.local]
  addresses: [10.2.0.1]
  location: MESH_INTERNAL
  resolution: STATIC
  ports: [{number: 80, name: http, protocol: HTTP}]
  endpoints: [${addresses.map((address) => `{address: ${address}}`).join(', ')}]`;

const routing = (timeout: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: reviews}
spec:
  hosts: [reviews]
  http: [{name: only, timeout: ${timeout}, route: [{destination: {host: reviews}}]}]`;

function connect(options: Partial<Parameters<typeof startAdsClient>[0]> = {}): AdsClient {
  const client = startAdsClient({ address: `127.0.0.1:${ports.xds}`, protocol: 'delta', node: nodeId, ...options });
  clients.push(client);
  return client;
}

async function admin(path: string, body?: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(`http://127.0.0.1:${ports.admin}${path}`, body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  if (response.status !== 200) throw new Error(`${path} answered ${response.status}; pilot said:\n${pilot.output()}`);
  return (await response.json()) as Record<string, unknown>;
}

const stateOf = async (): Promise<unknown> => ((await admin('/v1/proxies'))['items'] as { state: string }[]).map(({ state }) => state);

describe.each(['delta', 'sotw'] as const)('a proxy connected by %s', (protocol) => {
  it('is given the mesh, and then only what changes', async () => {
    await commit(reviews(['10.3.0.1']));
    const sent: string[] = [];
    const client = connect({ protocol, onResponse: (typeUrl) => sent.push(typeUrl) });
    await eventually(() => expect(client.resources(adsTypes.endpoint).has(cluster)).toBe(true));
    await eventually(() => expect(client.resources(adsTypes.route).has('80')).toBe(true));
    await expect.poll(stateOf, { timeout: 10_000 }).toEqual(['SYNCED']);

    sent.length = 0;
    const endpoints = client.resources(adsTypes.endpoint).get(cluster);
    await commit(reviews(['10.3.0.1', '10.3.0.2']));
    await eventually(() => expect(client.resources(adsTypes.endpoint).get(cluster)).not.toEqual(endpoints));
    await expect.poll(stateOf, { timeout: 10_000 }).toEqual(['SYNCED']);
    expect(sent, 'an endpoint touches nothing but its assignment').toEqual([adsTypes.endpoint]);

    sent.length = 0;
    // Only delta carries virtual hosts one by one.
    const [routeType, routeName] = protocol === 'delta' ? [adsTypes.virtualHost, '80/reviews.default.svc.cluster.local:80'] : [adsTypes.route, '80'];
    const route = client.resources(routeType).get(routeName);
    expect(route).toBeDefined();
    const revision = await commit(routing('3s'));
    await eventually(() => expect(client.resources(routeType).get(routeName)).not.toEqual(route));
    await eventually(async () => expect((await admin(`/v1/progress?config=${revision}`))['acked']).toEqual([nodeId]));
    expect(sent, 'a rule touches nothing but its routes').toEqual([routeType]);

    expect(await admin('/v1/explain', { proxy: 'shop-v1', requests: [{ url: 'http://reviews/' }, { port: 9999 }] })).toMatchObject({
      items: [
        { listener: '0.0.0.0_80', virtualHost: 'reviews.default.svc.cluster.local:80', route: 'only', cluster, policies: { timeout: '3s' }, endpoints: [{ address: '10.3.0.1:80' }, { address: '10.3.0.2:80' }] },
        { listener: 'virtualOutbound', cluster: 'PassthroughCluster', causes: [{ resource: 'MeshConfig/istio-system/default', path: 'spec.outboundTrafficPolicy' }] },
      ],
    });
    const ofNone = await admin('/v1/explain', { proxy: { namespace: 'default' }, requests: [{ url: 'http://reviews/' }] });
    expect(ofNone, 'a proxy that need not exist').toMatchObject({ items: [{ virtualHost: 'reviews.default.svc.cluster.local:80', route: 'only', cluster, endpoints: [{ address: '10.3.0.1:80' }, { address: '10.3.0.2:80' }] }] });
    const diff = await admin('/v1/diff', { resources: resources(routing('4s')), removals: ['ServiceEntry/default/reviews'] });
    expect(diff['resources']).toMatchObject([
      { ref: 'VirtualService/default/reviews', change: 'updated', fields: [{ path: 'spec.http[only].timeout', before: '3s', after: '4s' }] },
      { ref: 'ServiceEntry/default/reviews', change: 'deleted' },
    ]);
    const scopes = diff['scopes'] as { proxies: string[]; resources: { name: string; change: string }[] }[];
    expect(scopes.map(({ proxies }) => proxies)).toEqual([[nodeId]]);
    expect(scopes[0]?.resources).toEqual(expect.arrayContaining([expect.objectContaining({ name: cluster, change: 'deleted' }), expect.objectContaining({ name: '80', change: 'deleted' })]));
    expect((await admin(`/v1/proxies/shop-v1`))['answeredRevision'], 'nothing has changed by asking').toMatchObject({ config: revision });

    const listed = (await admin('/v1/proxies/shop-v1/config'))['resources'] as { name: string }[];
    expect(listed.map(({ name }) => name)).toContain(cluster);
  });
});

it('shows what a proxy refused, with its reason, until that is mended', async () => {
  await commit(reviews(['10.3.0.1']));
  let refusing = false;
  connect({ refuse: (given) => (refusing && given.some(({ typeUrl }) => typeUrl === adsTypes.virtualHost) ? 'virtual host 80/all: I would rather not' : undefined) });
  await expect.poll(stateOf, { timeout: 10_000 }).toEqual(['SYNCED']);
  refusing = true;
  await commit(routing('4s'));
  await expect.poll(stateOf, { timeout: 10_000 }).toEqual(['NACKED']);
  expect(JSON.stringify(await admin('/v1/proxies/shop-v1'))).toContain('I would rather not');
  expect(await (await fetch(`http://127.0.0.1:${ports.admin}/metrics`)).text()).toMatch(/^flotilla_xds_refusals_total\{type="VirtualHost"\} [1-9]/m);
  refusing = false;
  await commit(routing('5s'));
  await expect.poll(stateOf, { timeout: 10_000 }).toEqual(['SYNCED']);
});

it('tells how far the configuration has come, and what is refused because of which resource', async () => {
  const told: PropagationReport[] = [];
  const last = (field: 'behind' | 'refusals'): unknown => told.findLast((report) => report[field] !== undefined)?.[field];
  bus.topic('propagation').listen((report) => void told.push(report));
  await commit(reviews(['10.3.0.1']));
  let refusing = '';
  connect({ refuse: (given) => (refusing !== '' && given.some(({ typeUrl, name }) => typeUrl === adsTypes.virtualHost && name.includes('reviews')) ? refusing : undefined) });
  await eventually(() => expect(told.flatMap(({ came = [] }) => came)).toMatchObject([{ id: nodeId, type: 'sidecar', namespace: 'default' }]));
  await eventually(() => expect(last('behind')).toEqual({}));

  refusing = 'I would rather not';
  const refused = await commit(routing('4s'));
  await commit(routing('9s').replaceAll('reviews', 'other'));
  const refusal = { resource: 'VirtualService/default/reviews', version: String(refused), of: 'VirtualHost 80/reviews.default.svc.cluster.local:80', reason: refusing, proxies: [nodeId] };
  await eventually(() => expect(last('refusals')).toContainEqual(refusal));
  await eventually(() => expect(last('behind'), 'all else it has').toEqual({}));
  const labelled = await commit(routing('4s').replace('{name: reviews}', '{name: reviews, labels: {a: b}}'));
  await eventually(() => expect(last('refusals'), 'the next version comes to the same').toContainEqual({ ...refusal, version: String(labelled) }));

  told.length = 0;
  bus.topic('propagation-wanted').tell({});
  await eventually(() => expect(told.find(({ number }) => number === 0)).toMatchObject({ came: [{ id: nodeId }], mesh: { rootNamespace: 'istio-system' }, refusals: [{ ...refusal, version: String(labelled) }] }));

  refusing = '';
  const mended = await commit(routing('5s'));
  await eventually(() => expect(last('refusals')).toEqual([]));
  await eventually(() => expect(told.at(-1)).toMatchObject({ revision: { config: mended } }));
  for (const client of clients) client.close();
  await eventually(() => expect(told.flatMap(({ went = [] }) => went)).toEqual([nodeId]));
});

it('patches what proxies are given, and says which patches hit nothing', async () => {
  const patch = (service: string): string => `{applyTo: CLUSTER, match: {cluster: {service: ${service}}}, patch: {operation: MERGE, value: {alt_stat_name: patched}}}`;
  await commit(reviews(['10.3.0.1']));
  const client = connect();
  await eventually(() => expect(client.resources(adsTypes.cluster).has(cluster)).toBe(true));
  const before = client.resources(adsTypes.cluster).get(cluster);
  await commit(`
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: names}
spec: {configPatches: [${patch('reviews.default.svc.cluster.local')}, ${patch('nobody')}]}`);
  await eventually(() => expect(client.resources(adsTypes.cluster).get(cluster)).not.toEqual(before));
  expect(await admin('/v1/envoy-filters')).toMatchObject({
    items: [
      { filter: 'EnvoyFilter/default/names', index: 0, proxies: 1, hits: 1, problems: [] },
      { index: 1, proxies: 1, hits: 0, problems: [{ path: 'spec.configPatches[1]', severity: 'warning' }] },
    ],
  });
});

it('serves nothing before it has read the mesh, and what it last knew while NATS is away', async () => {
  await commit(reviews(['10.3.0.1']));
  const first = connect();
  await eventually(() => expect(first.resources(adsTypes.endpoint).has(cluster)).toBe(true));
  await pilot.stop();
  await nats.kill();

  pilot = await startPilot();
  const second = connect();
  await eventually(() => expect(second.resources(adsTypes.endpoint).has(cluster)).toBe(true));
  await pilot.stop();

  await rm(join(folder, 'config.json'));
  await rm(join(folder, 'endpoints.json'));
  pilot = await startPilot();
  const third = connect();
  await eventually(async () => expect((await fetch(`http://127.0.0.1:${ports.admin}/readyz`)).status).toBe(503));
  expect(third.resources(adsTypes.cluster).size).toBe(0);
  await nats.restart();
  await eventually(() => expect(third.resources(adsTypes.endpoint).has(cluster)).toBe(true), { timeoutMs: 15_000 });
});

it('reads a mesh by slices, and serves it only when it is whole', async () => {
  const hosts = Array.from({ length: 1_200 }, (_, at) => `service-${at}.example.com`);
  await commit(hosts.map((host, at) => `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: service-${at}}
spec: {hosts: [${host}], location: MESH_INTERNAL, resolution: STATIC, ports: [{number: 80, name: http}]}`).join('\n---'));
  await pilot.stop();
  pilot = await startPilot();
  const first = new Promise<number>((resolve) => {
    const client = connect({ protocol: 'sotw', onResponse: (typeUrl) => { if (typeUrl === adsTypes.cluster) setImmediate(() => resolve(client.resources(adsTypes.cluster).size)); } });
  });
  expect(await first).toBeGreaterThan(hosts.length);
});
