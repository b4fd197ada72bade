import { randomBytes, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectBus, type Bus } from '@flotilla/bus';
import { createRoot, generateKeyPair, issueCertificate, loadAuthority, privateKeyPem, type CertificateAuthority } from '@flotilla/pki';
import { WorkloadRegistry } from '@flotilla/protos/flotilla/registry/v1/workload_registry_pb.js';
import type { WorkloadGroupSpec } from '@flotilla/resources';
import { clientCredentials, createClient, fixedCertificates, serveGrpc, serverCredentials, type Certificates, type GrpcClient, type GrpcServer } from '@flotilla/rpc';
import { createLogger, systemClock } from '@flotilla/runtime';
import { eventually, FakeClock, startNatsServer, type TestNatsServer } from '@flotilla/testing';
import { MeshState } from '../state/mesh-state.ts';
import { followStores } from '../store.ts';
import { Writer } from '../write/writer.ts';
import { Registrations } from './registrations.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const logger = createLogger('test', { level: 'silent' });
const idOf = (name: string, namespace = 'default'): string => `spiffe://cluster.local/ns/${namespace}/sa/${name}`;
const key = 'WorkloadEntry/default/reviews-v1';

let nats: TestNatsServer;
let folder: string;
let authority: CertificateAuthority;
let galley: Awaited<ReturnType<typeof startRegistry>>;
let clients: GrpcClient<typeof WorkloadRegistry>[];

async function certificatesFor(spiffeId: string): Promise<Certificates> {
  const keys = await generateKeyPair();
  const { certificatePem } = await issueCertificate(authority, { spiffeId, publicKey: keys.publicKey, nowMs: Date.now(), lifetimeMs: 3_600_000, serial: randomBytes(16) });
  return { keyPem: await privateKeyPem(keys), certChainPem: certificatePem, rootPem: authority.certificatePem };
}

/** The registry on a store and a network of its own, with leases by a clock that stands still. */
async function startRegistry(): Promise<{ bus: Bus; state: MeshState; clock: FakeClock; writer: Writer; registrations: Registrations; server: GrpcServer; stop(): Promise<void> }> {
  const clock = new FakeClock();
  const bus = await connectBus({ servers: nats.url, name: 'galley', logger, clock: systemClock });
  const state = new MeshState();
  const writer = new Writer({ bus, state, clock: systemClock, logger, onWrite: () => undefined, newUid: randomUUID, inForce: new Set(), trustDomain: 'cluster.local' });
  const registrations = new Registrations({ state, writer, clock, logger, trustDomain: 'cluster.local', leaseSeconds: 30, connected: () => bus.connected });
  const stops: (() => unknown)[] = [];
  const stopping = new AbortController();
  followStores({
    bus, state, writer, dataDir: folder, replicas: 1,
    app: { logger, clock: systemClock, signal: stopping.signal, onStop: (_name, stop) => stops.push(stop) },
    onSynced: () => registrations.start(),
    onChange: (bucket, change) => {
      if (bucket === 'endpoints') registrations.observe(change);
    },
    onReturn: () => registrations.grace(),
  });
  const server = await serveGrpc({
    address: '127.0.0.1:0',
    credentials: serverCredentials(fixedCertificates(await certificatesFor(idOf('galley', 'flotilla-system'))), { requireClientCertificate: true }),
    services: [registrations.served()],
    logger,
    clock: systemClock,
  });
  await eventually(() => expect(state.unread()).toEqual([]));
  return {
    bus, state, clock, writer, registrations, server,
    async stop() {
      await server.stop();
      stopping.abort();
      registrations.stop();
      for (const stop of stops.reverse()) await stop();
      await bus.close();
    },
  };
}

async function agent(name: string, namespace?: string): Promise<GrpcClient<typeof WorkloadRegistry>['methods']> {
  const credentials = clientCredentials(fixedCertificates(await certificatesFor(idOf(name, namespace))), { serverSpiffeIds: [idOf('galley', 'flotilla-system')] });
  const client = createClient(WorkloadRegistry, galley.server.address, credentials);
  clients.push(client);
  return client.methods;
}

function workload(address = '127.20.0.1'): { workload: Record<string, unknown> } {
  return {
    workload: { namespace: 'default', name: 'reviews-v1', address, ports: { http: 9080 }, labels: { app: 'reviews', version: 'v1' }, serviceAccount: 'bookinfo-reviews' },
  };
}

beforeEach(async () => {
  nats = await startNatsServer();
  folder = await mkdtemp(join(tmpdir(), 'flotilla-registry-'));
  authority = await loadAuthority(await createRoot({ trustDomain: 'cluster.local', nowMs: Date.now(), lifetimeMs: 3_600_000, serial: randomBytes(16) }), 'cluster.local');
  galley = await startRegistry();
  clients = [];
});

afterEach(async () => {
  for (const client of clients) client.close();
  await galley.stop();
  await nats.stop();
  await rm(folder, { recursive: true });
});

/** Lets time pass in steps, as a clock does. */
function pass(seconds: number): void {
  for (let second = 0; second < seconds; second += 1) galley.clock.advance(1_000);
}

describe('the workload registry', () => {
  it('makes a WorkloadEntry of a registration, writes nothing for a renewal, and removes it when asked', async () => {
    const reviews = await agent('bookinfo-reviews');
    const first = await reviews.register(workload());
    expect(first.leaseSeconds).toBe(30);
    expect(galley.state.get(key)).toMatchObject({
      metadata: { labels: { app: 'reviews', 'security.istio.io/tlsMode': 'istio' } },
      spec: { address: '127.20.0.1', ports: { http: 9080 }, serviceAccount: 'bookinfo-reviews', labels: { version: 'v1', 'security.istio.io/tlsMode': 'istio' } },
    });
    expect((await reviews.register(workload())).revision).toBe(first.revision);
    expect((await reviews.register(workload('127.20.0.9'))).revision).toBe(first.revision + 1n);
    expect((await reviews.deregister({ namespace: 'default', name: 'reviews-v1' })).revision).toBe(first.revision + 2n);
    expect(galley.state.get(key)).toBeUndefined();
    expect((await reviews.deregister({ namespace: 'default', name: 'reviews-v1' })).revision).toBe(first.revision + 2n);
  });

  it('lets nobody speak for another', async () => {
    const other = await agent('ratings');
    await expect(other.register(workload())).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect((await agent('bookinfo-reviews', 'elsewhere')).register(workload())).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await (await agent('bookinfo-reviews')).register(workload());
    await expect(other.deregister({ namespace: 'default', name: 'reviews-v1' })).rejects.toThrow();
    expect(galley.state.get(key)).toBeDefined();
  });

  it('says all that is wrong with a workload', async () => {
    const reviews = await agent('bookinfo-reviews');
    const bad = { workload: { namespace: 'default', name: 'Not A Name', address: '', ports: { http: 99999 }, serviceAccount: 'bookinfo-reviews' } };
    await expect(reviews.register(bad)).rejects.toMatchObject({ problems: expect.arrayContaining([expect.objectContaining({ path: 'metadata.name' }), expect.objectContaining({ path: 'spec.ports.http' })]) as unknown });
  });

  it('fills in what a group says, and has the workload probed as that says', async () => {
    const reviews = await agent('bookinfo-reviews');
    const group = { name: 'reviews', namespace: 'default' };
    const joining = { workload: { ...workload().workload, labels: { version: 'v2' }, group: 'reviews' } };
    await expect(reviews.register(joining)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const write = (spec: WorkloadGroupSpec) => galley.writer.write({ author: { name: 'test' }, edits: () => [{ action: 'put', resource: { apiVersion: 'networking.istio.io/v1', kind: 'WorkloadGroup', metadata: group, spec } }] });
    await write({ template: { serviceAccount: 'bookinfo-ratings' } });
    await expect(reviews.register(joining)).rejects.toMatchObject({ code: 'INVALID_RESOURCE', problems: [{ path: 'serviceAccount', allowed: 'bookinfo-ratings' }] });
    const probe = { tcpSocket: { port: 9080 } };
    await write({ metadata: { labels: { app: 'reviews' } }, template: { locality: 'europe/west', ports: { admin: 9081 } }, probe });
    expect((await reviews.register(joining)).probe).toEqual(probe);
    expect(galley.state.get(key)).toMatchObject({
      metadata: { annotations: { 'istio.io/autoRegistrationGroup': 'reviews', 'proxy.istio.io/health-checks-enabled': 'true' } },
      spec: { locality: 'europe/west', ports: { http: 9080, admin: 9081 }, labels: { app: 'reviews', version: 'v2' } },
    });

    const conditions = () => galley.state.get(key)?.status?.conditions;
    expect(conditions()).toBeUndefined();
    await reviews.register({ ...joining, health: { healthy: false, message: 'refused' } });
    expect(conditions()).toMatchObject([{ type: 'Healthy', status: 'False', message: 'refused' }]);
    const { revision } = await reviews.register({ ...joining, health: { healthy: true } });
    expect(conditions()).toMatchObject([{ type: 'Healthy', status: 'True' }]);
    expect((await reviews.register({ ...joining, health: { healthy: true } })).revision).toBe(revision);
  });

  it('lets a lease run out only after missed renewals', async () => {
    const reviews = await agent('bookinfo-reviews');
    await reviews.register(workload());
    pass(29);
    await reviews.register(workload());
    pass(29);
    expect(galley.state.get(key)).toBeDefined();
    pass(10);
    await eventually(() => expect(galley.state.get(key)).toBeUndefined());
  });

  it('lets nothing run out while NATS is away, and gives the full time afterwards', async () => {
    const reviews = await agent('bookinfo-reviews');
    await reviews.register(workload());
    pass(25);
    await nats.kill();
    await eventually(() => expect(galley.bus.connected).toBe(false));
    pass(120);
    expect((await reviews.register(workload())).leaseSeconds).toBe(30);
    await expect(reviews.register(workload('127.20.0.7'))).rejects.toMatchObject({ code: expect.stringMatching(/UNAVAILABLE|UNREACHABLE|NOT_READY/) as string });
    await nats.restart();
    await eventually(() => reviews.register(workload('127.20.0.7')));
    pass(25);
    expect(galley.state.get(key)).toBeDefined();
  });

  it('gives the full time after a restart of Galley', async () => {
    await (await agent('bookinfo-reviews')).register(workload());
    pass(29);
    await galley.stop();
    galley = await startRegistry();
    const ratings = await agent('ratings');
    const other = { namespace: 'default', name: 'ratings-v1', address: '127.20.0.2', serviceAccount: 'ratings' };
    await eventually(() => ratings.register({ workload: other }));
    pass(29);
    expect(galley.state.get(key)).toBeDefined();
    pass(10);
    await eventually(() => expect(galley.state.get(key)).toBeUndefined());
  });
});
