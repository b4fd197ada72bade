import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { connectBus, ensureBuckets, natsServerConfig, type Bus } from '@flotilla/bus';
import { AccessLogType } from '@flotilla/envoy-api/envoy/data/accesslog/v3/accesslog_pb.js';
import { AccessLogService, type StreamAccessLogsMessageSchema } from '@flotilla/envoy-api/envoy/service/accesslog/v3/als_pb.js';
import { Authorization } from '@flotilla/envoy-api/envoy/service/auth/v3/external_auth_pb.js';
import { createIdentity, type Identity } from '@flotilla/identity';
import { issueToken, tokenKeyOf } from '@flotilla/pki';
import { readYaml, resourceKey } from '@flotilla/resources';
import { clientCredentials, createClient } from '@flotilla/rpc';
import { createLogger, systemClock } from '@flotilla/runtime';
import { eventually, freePort, startEnvoy, startNatsServer, startProcess, type TestNatsServer } from '@flotilla/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startMixer, type Mixer } from './start-mixer.ts';
import { callingSidecar, calledSidecar } from './testing/sidecar.ts';

const logger = createLogger('test', { level: 'silent' });
const folder = mkdtempSync(join(tmpdir(), 'flotilla-mixer-'));
const tokenKey = 'a key of the test, long enough for HS256';
const passwords = { galley: 'galley-secret', mixer: 'mixer-secret' };
const [productpageIp, reviewsIp] = ['127.30.7.11', '127.30.7.12'];
const spiffe = (account: string, namespace = 'default'): string => `spiffe://cluster.local/ns/${namespace}/sa/${account}`;
const stops: (() => unknown)[] = [];

let nats: TestNatsServer;
let galley: Bus;
let citadel: { readonly address: string; readonly rootFile: string };
let mixer: Mixer;
let mixerAddress: string;
let productpage: Identity;
let reviews: Identity;
let pageUrl: string;

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text, { mode: 0o600 });
  return join(folder, name);
};

async function token(account: string, namespace?: string): Promise<string> {
  return issueToken(tokenKeyOf(tokenKey), { subject: account, identities: [spiffe(account, namespace)] }, { nowMs: Date.now(), lifetimeMs: 600_000 });
}

/** The real Citadel, in a process of its own. */
async function startCitadel(): Promise<typeof citadel> {
  const [port, adminPort] = [await freePort(), await freePort()];
  const main = join(import.meta.dirname, '../../citadel/src/main.ts');
  const process_ = startProcess(process.execPath, [
    main, `--port=${port}`, `--admin-port=${adminPort}`, `--credentials-port=0`, `--data-dir=${join(folder, 'citadel')}`, `--token-key-file=${file('token-key', tokenKey)}`,
  ]);
  stops.push(() => process_.stop('SIGKILL'));
  await eventually(async () => expect((await fetch(`http://127.0.0.1:${adminPort}/readyz`)).status, process_.output()).toBe(200));
  return { address: `127.0.0.1:${port}`, rootFile: join(folder, 'citadel', 'root-cert.pem') };
}

async function identityOf(account: string): Promise<Identity> {
  const identity = await createIdentity({ citadelAddress: citadel.address, citadelRootPem: readFileSync(citadel.rootFile, 'utf8'), token: await token(account), spiffeId: spiffe(account), clock: systemClock, logger });
  stops.push(() => identity.close());
  return identity;
}

async function start(dataDir: string): Promise<{ readonly mixer: Mixer; stop(): Promise<void> }> {
  const ends: (() => unknown)[] = [];
  const stopping = new AbortController();
  const started = await startMixer(
    {
      logLevel: 'silent', adminHost: '127.0.0.1', adminPort: 0, natsUrl: [nats.url], natsPasswordFile: file('nats-password', passwords.mixer), trustDomain: 'cluster.local',
      citadelAddress: citadel.address, citadelRootFile: citadel.rootFile, identityTokenFile: file('identity-token', await token('mixer', 'flotilla-system')),
      host: '127.0.0.1', port: 0, dataDir: join(folder, dataDir), rootNamespace: 'istio-system', seriesLimit: 1_000,
    },
    { name: 'mixer', logger, clock: systemClock, signal: stopping.signal, onStop: (_name, end) => ends.unshift(end) },
  );
  return {
    mixer: started,
    async stop() {
      stopping.abort();
      for (const end of ends) await end();
    },
  };
}

async function apply(yaml: string): Promise<number> {
  const { resources, failures } = readYaml(yaml, { file: 'test.yaml', defaultNamespace: 'default' });
  expect(failures).toEqual([]);
  const configuration = resources.filter(({ kind }) => kind !== 'WorkloadEntry');
  const endpoints = resources.filter(({ kind }) => kind === 'WorkloadEntry');
  if (endpoints.length > 0) await galley.store('endpoints').commit(endpoints, []);
  return configuration.length > 0 ? galley.store('config').commit(configuration, []) : 0;
}

const denyJason = `
apiVersion: policy.flotilla.dev/v1alpha1
kind: DenyList
metadata: {name: no-jason, namespace: default}
spec:
  selector: {matchLabels: {app: reviews}}
  message: jason is not welcome
  rules:
  - methods: [DELETE]
  - headers: {end-user: {exact: jason}}
    sourceNamespaces: [default]
`;

const page = (headers: Record<string, string> = {}): Promise<Response> => fetch(`${pageUrl}/reviews/1?full=yes`, { headers });
const metricsOf = async (of: Mixer): Promise<string[]> => (await (await fetch(`${of.adminUrl}/metrics`)).text()).split('\n');

/** The value of the one series with these labels. */
async function series(metric: string, labels: Readonly<Record<string, string>>): Promise<number> {
  const wanted = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  const found = (await metricsOf(mixer)).filter((line) => line.startsWith(`${metric}{`) && wanted.every((label) => line.includes(label)));
  expect(found, `${metric} with ${wanted.join(',')}`).toHaveLength(1);
  return Number(found[0]?.split(' ').at(-1));
}

beforeAll(async () => {
  nats = await startNatsServer((place) => natsServerConfig({ ...place, passwords }));
  stops.push(() => nats.stop());
  galley = await connectBus({ servers: nats.url, user: 'galley', password: passwords.galley, name: 'test', logger, clock: systemClock });
  stops.push(() => galley.close());
  await ensureBuckets(galley);
  citadel = await startCitadel();
  [productpage, reviews] = [await identityOf('bookinfo-productpage'), await identityOf('bookinfo-reviews')];
  const started = await start('mixer');
  mixer = started.mixer;
  stops.push(() => started.stop());
  mixerAddress = await mixer.serving;
  const mixerPort = { address: '127.0.0.1', port: Number(mixerAddress.split(':')[1]) };

  const app: Server = createServer((_request, response) => response.end('five stars'));
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  stops.push(() => new Promise((resolve) => app.close(resolve)));
  const appPort = { address: '127.0.0.1', port: (app.address() as AddressInfo).port };
  const reviewsPort = { address: reviewsIp, port: await freePort(reviewsIp) };
  const pagePort = { address: productpageIp, port: await freePort(productpageIp) };
  pageUrl = `http://${pagePort.address}:${pagePort.port}`;

  const service = 'reviews.default.svc.cluster.local';
  await apply(`
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: reviews, namespace: default}
spec:
  hosts: [${service}]
  location: MESH_INTERNAL
  resolution: STATIC
  ports: [{number: 9080, name: http, protocol: HTTP, targetPort: ${reviewsPort.port}}]
  workloadSelector: {labels: {app: reviews}}
---
${[['productpage', productpageIp], ['reviews', reviewsIp]].map(([name, ip]) => `
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: {name: ${name}-v1, namespace: default}
spec:
  address: ${ip}
  serviceAccount: bookinfo-${name}
  labels: {app: ${name}, version: v1, security.istio.io/tlsMode: istio}
`).join('---')}`);
  const called = await startEnvoy(calledSidecar({ name: 'reviews-v1', ip: reviewsIp, app: 'reviews', certificates: reviews.current() }, { at: reviewsPort, app: appPort, mixer: mixerPort }));
  stops.push(() => called.stop());
  const calling = await startEnvoy(callingSidecar({ name: 'productpage-v1', ip: productpageIp, app: 'productpage', certificates: productpage.current() }, { at: pagePort, service, to: reviewsPort, mixer: mixerPort }));
  stops.push(() => calling.stop());
  await eventually(async () => expect((await page()).status).toBe(200));
}, 60_000);

afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

it('makes the standard metrics of the logs of both sides', async () => {
  const both = {
    source_workload: 'productpage-v1', source_workload_namespace: 'default', source_app: 'productpage', source_version: 'v1', source_cluster: 'Kubernetes', source_principal: spiffe('bookinfo-productpage'),
    destination_workload: 'reviews-v1', destination_workload_namespace: 'default', destination_app: 'reviews', destination_version: 'v1', destination_cluster: 'Kubernetes', destination_principal: spiffe('bookinfo-reviews'),
    destination_service: 'reviews.default.svc.cluster.local', destination_service_name: 'reviews', destination_service_namespace: 'default',
    request_protocol: 'http', response_code: '200', response_flags: '-',
  };
  const source = { ...both, reporter: 'source', connection_security_policy: 'unknown' };
  const destination = { ...both, reporter: 'destination', connection_security_policy: 'mutual_tls' };
  await eventually(() => series('istio_requests_total', source));
  const before = await series('istio_requests_total', source);
  for (let i = 0; i < 20; i++) expect(await (await page()).text()).toBe('five stars');
  for (const labels of [source, destination]) {
    await eventually(async () => expect(await series('istio_requests_total', labels)).toBe(before + 20));
    expect(await series('istio_request_duration_milliseconds_count', labels)).toBe(before + 20);
    expect(await series('istio_request_duration_milliseconds_sum', labels)).toBeGreaterThan(0);
    expect(await series('istio_response_bytes_sum', labels)).toBeGreaterThan(20 * 'five stars'.length);
    expect(await series('istio_request_bytes_sum', labels)).toBeGreaterThan(20 * '/reviews/1?full=yes'.length);
  }
});

it('knows who talks to whom', async () => {
  const { edges } = (await (await fetch(`${mixer.adminUrl}/v1/graph`)).json()) as { edges: Record<string, unknown>[] };
  expect(edges).toHaveLength(1);
  expect(edges[0]).toMatchObject({
    source: { workload: 'productpage-v1', namespace: 'default', app: 'productpage', version: 'v1' },
    destination: { workload: 'reviews-v1', namespace: 'default', app: 'reviews', version: 'v1' },
    service: 'reviews.default.svc.cluster.local',
    protocol: 'http',
    errors: 0,
  });
});

it('refuses what a deny list says for as long as it is there', async () => {
  expect((await page({ 'end-user': 'jason' })).status).toBe(200);
  await apply(denyJason);
  await eventually(async () => expect((await page({ 'end-user': 'jason' })).status).toBe(403));
  expect(await (await page({ 'end-user': 'jason' })).text()).toBe('jason is not welcome');
  expect((await page({ 'end-user': 'jane' })).status).toBe(200);
  expect((await fetch(`${pageUrl}/reviews/1`, { method: 'DELETE' })).status).toBe(403);

  const listed = (await (await fetch(`${mixer.adminUrl}/v1/denylists`)).json()) as { items: { rules: { denied: number }[] }[] };
  expect(listed.items).toMatchObject([{ name: 'no-jason', namespace: 'default', selector: { app: 'reviews' }, message: 'jason is not welcome' }]);
  expect(listed.items[0]?.rules.map(({ denied }) => denied)).toEqual([1, 2]);
  expect((await metricsOf(mixer)).find((line) => line.startsWith('mixer_checks_total{outcome="denied"}'))).toBe('mixer_checks_total{outcome="denied"} 3');
  await eventually(() => series('istio_requests_total', { reporter: 'destination', response_code: '403', response_flags: 'UAEX' }));

  const [list] = readYaml(denyJason, { file: 'test.yaml', defaultNamespace: 'default' }).resources;
  await galley.store('config').commit([], [resourceKey(list!)]);
  await eventually(async () => expect((await page({ 'end-user': 'jason' })).status).toBe(200));
});

const asProductpage = () => clientCredentials(productpage, { serverSpiffeIds: [spiffe('mixer', 'flotilla-system')] });

it('believes nobody who speaks for others', async () => {
  const logs = createClient(AccessLogService, mixerAddress, asProductpage());
  const checks = createClient(Authorization, mixerAddress, asProductpage());
  const node = (metadata: Record<string, string>) => ({ id: 'sidecar~127.30.7.11~productpage-v1.default~default.svc.cluster.local', metadata });
  const send = (message: MessageInitShape<typeof StreamAccessLogsMessageSchema>) => {
    const stream = logs.methods.streamAccessLogs();
    stream.write(message);
    stream.end();
    return stream.response;
  };
  await expect(send({ identifier: { node: node({ NAMESPACE: 'kube-system' }), logName: 'inbound' } })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(send({ identifier: { node: node({ SERVICE_ACCOUNT: 'bookinfo-reviews' }), logName: 'inbound' } })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(send({ identifier: { node: node({}), logName: 'sideways' } })).rejects.toThrow('inbound or outbound');
  await expect(send({})).rejects.toThrow('who reports');
  const checkAt = (address: string) => checks.methods.check({ attributes: { destination: { address: { address: { case: 'socketAddress', value: { address } } } } } });
  await expect(checkAt(reviewsIp)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(checkAt('192.0.2.1')).rejects.toThrow('no workload at 192.0.2.1');
  expect((await checkAt(productpageIp)).httpResponse.case).toBe('okResponse');
  logs.close();
  checks.close();
});

it('counts connections that are not HTTP', async () => {
  const logs = createClient(AccessLogService, mixerAddress, asProductpage());
  const stream = logs.methods.streamAccessLogs();
  const commonProperties = {
    upstreamCluster: 'outbound|9080||reviews.default.svc.cluster.local',
    upstreamRemoteAddress: { address: { case: 'socketAddress' as const, value: { address: reviewsIp } } },
  };
  const identifier = { node: { id: 'sidecar~127.30.7.11~productpage-v1.default~default.svc.cluster.local', metadata: { WORKLOAD_NAME: 'productpage-v1' } }, logName: 'outbound' };
  const entry = (accessLogType: AccessLogType, receivedBytes = 0n, sentBytes = 0n) => ({ commonProperties: { ...commonProperties, accessLogType }, connectionProperties: { receivedBytes, sentBytes } });
  const { TcpUpstreamConnected, TcpPeriodic, TcpConnectionEnd } = AccessLogType;
  stream.write({
    identifier,
    logEntries: { case: 'tcpLogs', value: { logEntry: [entry(TcpUpstreamConnected), entry(TcpUpstreamConnected), entry(TcpPeriodic, 5n, 5n), entry(TcpConnectionEnd, 30n, 700n)] } },
  });
  stream.end();
  await stream.response;
  logs.close();
  const labels = { reporter: 'source', source_workload: 'productpage-v1', destination_workload: 'reviews-v1', request_protocol: 'tcp' };
  expect(await series('istio_tcp_connections_opened_total', labels)).toBe(2);
  expect(await series('istio_tcp_connections_closed_total', labels)).toBe(1);
  expect(await series('istio_tcp_received_bytes_total', labels)).toBe(30);
  expect(await series('istio_tcp_sent_bytes_total', labels)).toBe(700);
});

it('is ready only once it has read the mesh, or remembers it', async () => {
  const first = await start('second-mixer');
  await first.mixer.serving;
  expect((await fetch(`${first.mixer.adminUrl}/readyz`)).status).toBe(200);
  await first.stop();

  await nats.kill();
  const remembering = await start('second-mixer');
  await remembering.mixer.serving;
  await remembering.stop();

  const knowingNothing = await start('third-mixer');
  const readiness = await fetch(`${knowingNothing.mixer.adminUrl}/readyz`);
  expect([readiness.status, await readiness.text()]).toEqual([503, expect.stringContaining('the store config has not been read yet')]);
  await nats.restart();
  await knowingNothing.mixer.serving;
  expect((await fetch(`${knowingNothing.mixer.adminUrl}/readyz`)).status).toBe(200);
  await knowingNothing.stop();
});
