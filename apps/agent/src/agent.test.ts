import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { Agent as HttpsAgent, request } from 'node:https';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import type { JsonObject } from '@bufbuild/protobuf';
import type { Identity } from '@flotilla/identity';
import type { GrpcServer } from '@flotilla/rpc';
import { eventually, freePort } from '@flotilla/testing';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { mutualTlsConfiguration } from './testing/sidecar-configuration.ts';
import { startTestPilot, startTestRegistry, type TestRegistry } from './testing/test-control-plane.ts';
import { startTestMesh, type TestAgent, type TestMesh } from './testing/test-mesh.ts';
import type { WorkloadView } from './workload-view.ts';

const reviewsId = 'spiffe://cluster.local/ns/default/sa/reviews';
const servicePort = 9080;
const octet = 100 + (process.pid % 100);
const address = `127.20.${octet}.2`;

/** A mesh with one application, a Pilot and a Galley of the test, and a client's identity. */
interface World {
  readonly mesh: TestMesh;
  readonly pilot: GrpcServer;
  readonly galley: TestRegistry;
  readonly client: Identity;
  readonly tokenFile: string;
  stop(): Promise<void>;
}

let app: Server;
let appPort: number;
let steady: World;
/** How agents are told to run Envoys. */
let settings: JsonObject = {};
/** What the application answers a probe. */
let ready = true;
const agents: TestAgent[] = [];

async function startWorld(certificateLifetime: string): Promise<World> {
  const mesh = await startTestMesh({ certificateLifetime });
  const pilot = await startTestPilot(mesh, (nodeId) => mutualTlsConfiguration({ address: nodeId.split('~')[1] ?? '', port: servicePort, appPort }), () => settings);
  const galley = await startTestRegistry(mesh, { probes: { probed: { httpGet: { port: servicePort, path: '/ready' }, periodSeconds: 1, failureThreshold: 1 } } });
  return {
    mesh,
    pilot,
    galley,
    client: await mesh.identity('spiffe://cluster.local/ns/default/sa/client'),
    tokenFile: await mesh.tokenFile('agent', [reviewsId]),
    async stop() {
      for (const agent of agents.splice(0)) await agent.process.stop();
      await pilot.stop(0);
      await galley.stop();
      await mesh.stop();
    },
  };
}

beforeAll(async () => {
  appPort = await freePort();
  app = createServer((request, response) => response.writeHead(request.url === '/ready' && !ready ? 503 : 200).end('hello'));
  await new Promise<void>((listening) => app.listen(appPort, '127.0.0.1', listening));
  steady = await startWorld('1h');
}, 30_000);

afterEach(async () => {
  for (const agent of agents.splice(0)) await agent.process.stop();
});

afterAll(async () => {
  app.close();
  await steady.stop();
});

const workload = { name: 'reviews-v1', namespace: 'default', serviceAccount: 'reviews', labels: { app: 'reviews' }, address, drainSeconds: 1 };
const withPort = () => ({ ...workload, ports: [{ name: 'http', number: servicePort, app: `127.0.0.1:${appPort}` }] });
const page = '/v1/workloads/default/reviews-v1';

async function startAgent({ mesh, tokenFile, pilot, galley }: World, flags: Readonly<Record<string, string>> = {}): Promise<TestAgent> {
  const agent = await mesh.startAgent({ identityTokenFile: tokenFile, pilotAddress: pilot.address, galleyAddress: galley.address, ...flags });
  agents.push(agent);
  return agent;
}

async function view(agent: TestAgent): Promise<WorkloadView> {
  const { status, body } = await agent.get(page);
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body as WorkloadView;
}

const isReady = (agent: TestAgent): Promise<WorkloadView> =>
  eventually(async () => {
    const { status, body } = await agent.get('/readyz');
    if (status !== 200) throw new Error(`${JSON.stringify(body)}\n${agent.process.output()}`);
    return view(agent);
  }, { timeoutMs: 20_000 });

interface Answer {
  readonly status: number;
  readonly serial: string;
}

/** One request over mTLS, as another sidecar would make it. */
function call({ client }: World, connections?: HttpsAgent): Promise<Answer> {
  const { keyPem, certChainPem, rootPem } = client.current();
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: address, port: servicePort, key: keyPem, cert: certChainPem, ca: rootPem, checkServerIdentity: () => undefined, ...(connections === undefined ? {} : { agent: connections }) }, (incoming) => {
      const { socket } = incoming;
      const serial = socket instanceof TLSSocket ? socket.getPeerCertificate().serialNumber.toLowerCase() : 'none';
      incoming.resume().on('end', () => resolve({ status: incoming.statusCode ?? 0, serial }));
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

/** A steady load over connections old and new, until it is stopped; gives all answers, or throws the first failure. */
function startLoad(world: World): { readonly answers: readonly Answer[]; stop(): Promise<readonly Answer[]> } {
  const answers: Answer[] = [];
  const kept = new HttpsAgent({ keepAlive: true, maxSockets: 2 });
  const fresh = new HttpsAgent({ keepAlive: false });
  let going = true;
  const run = async (connections: HttpsAgent): Promise<void> => {
    while (going) answers.push(await call(world, connections));
  };
  const runs = Promise.all([run(kept), run(kept), run(fresh)]);
  // A failure is told by `stop`, not by a rejection that nobody awaits yet.
  runs.catch(() => undefined);
  return {
    answers,
    async stop() {
      going = false;
      await runs;
      kept.destroy();
      return answers;
    },
  };
}

it('serves over mTLS, and rotates the certificate under load without a failed request', async () => {
  const world = await startWorld('5s');
  const { mesh, galley } = world;
  const file = join(mesh.folder, 'workloads.yaml');
  writeFileSync(file, JSON.stringify([withPort()]));
  const agent = await startAgent(world, { workloads: file });
  const first = await isReady(agent);
  expect(first).toMatchObject({ state: 'ready', registered: true, origin: 'file', identity: reviewsId, envoy: { restarts: 0, adopted: false }, problems: [] });
  expect(galley.registered.get('reviews-v1')).toMatchObject({
    spiffeId: reviewsId,
    workload: { address, ports: { http: servicePort }, serviceAccount: 'reviews', labels: { app: 'reviews', 'security.istio.io/tlsMode': 'istio' } },
  });
  const load = startLoad(world);
  await eventually(() => expect(new Set(load.answers.map(({ serial }) => serial)).size).toBeGreaterThanOrEqual(3), { timeoutMs: 15_000 });
  const answers = await load.stop();
  expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
  expect((await view(agent)).envoy.restarts).toBe(0);

  for (const [name, content] of [['config_dump', 'BootstrapConfigDump'], ['clusters', 'xds-grpc::'], ['stats', 'cluster.xds-grpc.'], ['certs', 'cert_chain']] as const) {
    const { status, body } = await agent.get(`${page}/${name}`);
    expect(status).toBe(200);
    expect(JSON.stringify(body)).toContain(content);
  }
  expect(JSON.stringify((await agent.get(`${page}/config_dump`)).body)).not.toContain('PRIVATE KEY');

  writeFileSync(file, '[]');
  await eventually(async () => expect((await agent.get(page)).status).toBe(404));
  expect(galley.registered.has('reviews-v1')).toBe(false);
  writeFileSync(file, '- nonsense');
  await eventually(async () => expect(JSON.stringify((await agent.get('/readyz')).body)).toContain('not taken'));
  await world.stop();
}, 60_000);

it('lets a plaintext caller, and one of another mesh, get nothing', async () => {
  const agent = await startAgent(steady);
  expect((await agent.send('PUT', page, withPort())).status).toBe(202);
  await isReady(agent);
  await expect(fetch(`http://${address}:${servicePort}/`)).rejects.toThrow();
  await expect(new Promise((resolve, reject) => {
    request({ host: address, port: servicePort, ca: steady.client.current().rootPem, checkServerIdentity: () => undefined }, resolve).on('error', reject).end();
  })).rejects.toThrow();
  expect((await call(steady)).status).toBe(200);
});

it('gives an impostor with a wrong token nothing', async () => {
  const forged = join(steady.mesh.folder, 'forged.token');
  writeFileSync(forged, readFileSync(steady.tokenFile, 'utf8').replace(/\.[^.]+$/, '.AAAA'));
  const before = steady.galley.registered.size;
  const agent = await startAgent(steady, { identityTokenFile: forged, runDir: join(steady.mesh.folder, 'impostor') });
  await agent.send('PUT', page, withPort());
  await eventually(async () => expect((await view(agent)).problems.join()).toContain('The token is not valid'));
  expect(await view(agent)).toMatchObject({ certificate: null, registered: false, state: 'starting' });
  await expect(call(steady)).rejects.toThrow();
  expect(steady.galley.registered.size).toBe(before);
});

it('attaches, restarts and detaches live, and comes back to a Galley that forgot it', async () => {
  const agent = await startAgent(steady, { xdsMode: 'delta' });
  const bad = await agent.send('PUT', page, { ...withPort(), address: 'nowhere', colour: 'red' });
  expect(bad.status).toBe(422);
  expect(JSON.stringify(bad.body)).toContain('address');
  expect(JSON.stringify(bad.body)).toContain('colour');
  expect((await agent.send('PUT', page, withPort())).status).toBe(202);
  const before = await isReady(agent);
  await steady.galley.restart();
  await eventually(() => expect(steady.galley.registered.has('reviews-v1')).toBe(true));
  const restarted = (await agent.send('POST', `${page}/restart`)).body as WorkloadView;
  expect(restarted.envoy.pid).not.toBe(before.envoy.pid);
  const after = await isReady(agent);
  process.kill(after.envoy.pid ?? 0, 'SIGKILL');
  await eventually(async () => expect((await view(agent)).envoy.restarts).toBe(2));
  await isReady(agent);
  expect((await call(steady)).status).toBe(200);
  expect((await agent.send('DELETE', page)).status).toBe(202);
  await eventually(async () => expect((await agent.get(page)).status).toBe(404));
  expect(steady.galley.registered.has('reviews-v1')).toBe(false);
  expect((await agent.send('DELETE', page)).status).toBe(404);
}, 40_000);

it('leaves its Envoys at work when it is killed, takes them over when it returns, and none behind when it stops', async () => {
  const first = await startAgent(steady);
  await first.send('PUT', page, withPort());
  const before = await isReady(first);
  const load = startLoad(steady);
  await first.process.stop('SIGKILL');
  const second = await startAgent(steady);
  const after = await isReady(second);
  expect(after.envoy).toMatchObject({ pid: before.envoy.pid, adopted: true, restarts: 0 });
  await eventually(() => expect(load.answers.map(({ serial }) => serial)).toContain(after.certificate?.serial));
  const answers = await load.stop();
  expect(answers.filter(({ status }) => status !== 200)).toEqual([]);

  await second.process.stop('SIGTERM');
  // It was taken over, so it is init that has to notice its end.
  await eventually(() => expect(() => process.kill(before.envoy.pid ?? 0, 0)).toThrow());
  expect(steady.galley.registered.has('reviews-v1')).toBe(false);
  expect(second.process.child.exitCode).toBe(0);
}, 40_000);

it('ends Envoys of an earlier life that nobody wants any more', async () => {
  const file = join(steady.mesh.folder, 'few.yaml');
  const runDir = join(steady.mesh.folder, 'strangers');
  writeFileSync(file, JSON.stringify([withPort()]));
  const first = await startAgent(steady, { workloads: file, runDir });
  const { envoy } = await isReady(first);
  await first.process.stop('SIGKILL');
  writeFileSync(file, '[]');
  await startAgent(steady, { workloads: file, runDir });
  await eventually(() => expect(() => process.kill(envoy.pid ?? 0, 0)).toThrow());
}, 40_000);

it('runs an Envoy as Pilot says, and anew when it is started again', async () => {
  settings = { concurrency: 2, proxyMetadata: { MALLOC_ARENA_MAX: '2' }, meshId: 'mesh-1' };
  const agent = await startAgent(steady, { locality: 'europe/west', network: 'vpn' });
  await agent.send('PUT', page, { ...withPort(), weight: 3 });
  const { envoy } = await isReady(agent);
  const running = async (): Promise<{ command_line_options: { concurrency: number }; node: unknown }> =>
    (await agent.get(`${page}/server_info`)).body as { command_line_options: { concurrency: number }; node: unknown };
  const first = await running();
  expect(first.command_line_options.concurrency).toBe(2);
  expect(first.node).toMatchObject({ locality: { region: 'europe', zone: 'west' }, metadata: { MESH_ID: 'mesh-1', NETWORK: 'vpn' } });
  expect(readFileSync(`/proc/${envoy.pid}/environ`, 'utf8').split('\0')).toContain('MALLOC_ARENA_MAX=2');
  expect(steady.galley.registered.get('reviews-v1')?.workload).toMatchObject({ locality: 'europe/west', network: 'vpn', weight: 3 });

  settings = { concurrency: 3 };
  await agent.send('POST', `${page}/restart`);
  await isReady(agent);
  expect((await running()).command_line_options.concurrency).toBe(3);
  settings = {};
}, 40_000);

it('probes a workload as its group says, and tells what it finds', async () => {
  const agent = await startAgent(steady);
  await agent.send('PUT', page, { ...withPort(), group: 'probed' });
  const told = () => steady.galley.registered.get('reviews-v1')?.health;
  await eventually(() => expect(told()).toMatchObject({ healthy: true }), { timeoutMs: 20_000 });
  ready = false;
  await eventually(() => expect(told()).toMatchObject({ healthy: false, message: 'it answered with status 503' }), { timeoutMs: 10_000 });
  expect((await view(agent)).problems.join()).toContain('it is not healthy: it answered with status 503');
  ready = true;
  await eventually(() => expect(told()).toMatchObject({ healthy: true }), { timeoutMs: 10_000 });
  expect(await view(agent)).toMatchObject({ health: { healthy: true }, problems: [] });
}, 40_000);
