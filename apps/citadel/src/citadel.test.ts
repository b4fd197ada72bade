import { randomBytes, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createIdentity, type Identity } from '@flotilla/identity';
import { createSigningRequest, generateKeyPair, issueToken, tokenKeyOf } from '@flotilla/pki';
import { IstioCertificateService } from '@flotilla/protos/istio/v1/auth/ca_pb.js';
import { anonymousClientCredentials, createClient } from '@flotilla/rpc';
import { createLogger, systemClock, type App } from '@flotilla/runtime';
import { eventually } from '@flotilla/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Settings } from './settings.ts';
import { startCitadel, type Citadel } from './start-citadel.ts';

const folder = mkdtempSync(join(tmpdir(), 'flotilla-citadel-'));
const dataDir = join(folder, 'data');
const secret = randomBytes(32).toString('hex');
const tokenKeyFile = join(folder, 'key');
const adminTokenFile = join(folder, 'admin');
writeFileSync(tokenKeyFile, secret);
writeFileSync(adminTokenFile, 'letmein');
const logger = createLogger('test', { level: 'silent' });
const reviews = 'spiffe://cluster.local/ns/default/sa/reviews';

let citadel: Citadel;
let stops: (() => unknown)[];
let stopping: AbortController;

async function start(overrides: Partial<Settings> = {}): Promise<void> {
  stops = [];
  stopping = new AbortController();
  const app: Pick<App, 'logger' | 'clock' | 'signal' | 'onStop'> = { logger, clock: systemClock, signal: stopping.signal, onStop: (_name, stop) => stops.unshift(stop) };
  citadel = await startCitadel(
    {
      logLevel: 'silent', trustDomain: 'cluster.local', host: '127.0.0.1', port: 0, credentialsPort: 0, serverNames: [], adminHost: '127.0.0.1', adminPort: 0,
      adminTokenFile, dataDir, tokenKeyFile, certificateLifetime: '1h', rootLifetime: '100h', concurrency: 2, queueLimit: 100, kubernetes: false, tokenAudience: 'istio-ca', natsServers: 1, credentialNamespaces: [], ...overrides,
    },
    app,
  );
}

async function stop(): Promise<void> {
  stopping.abort();
  for (const end of stops) await end();
}

beforeEach(() => start());
afterEach(async () => {
  await stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const tokenFor = (identities: readonly string[], { key = secret, lifetimeMs = 60_000, nowMs = Date.now() } = {}): Promise<string> =>
  issueToken(tokenKeyOf(key), { subject: 'agent', identities }, { nowMs, lifetimeMs });

async function ask({ token, spiffeId = reviews, seconds = 0, serverSpiffeId = 'spiffe://cluster.local/ns/flotilla-system/sa/citadel' }: {
  readonly token?: string; readonly spiffeId?: string; readonly seconds?: number; readonly serverSpiffeId?: string;
}): Promise<string[]> {
  const credentials = anonymousClientCredentials({ rootPem: citadel.rootPem, serverSpiffeIds: [serverSpiffeId] });
  const client = createClient(IstioCertificateService, citadel.address, credentials);
  try {
    const request = { csr: await createSigningRequest(await generateKeyPair(), spiffeId), validityDuration: BigInt(seconds) };
    return (await client.methods.createCertificate(request, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } })).certChain;
  } finally {
    client.close();
  }
}

async function admin(path: string, token = 'letmein'): Promise<Response> {
  return fetch(`${citadel.adminUrl}${path}`, { headers: { authorization: `Bearer ${token}` } });
}

it('signs what the token grants, for no longer than allowed', async () => {
  const token = await tokenFor([reviews]);
  const [leafPem = '', rootPem = ''] = await ask({ token });
  const leaf = new X509Certificate(leafPem);
  expect(leaf.verify(new X509Certificate(rootPem).publicKey)).toBe(true);
  expect(leaf.subjectAltName).toBe(`URI:${reviews}`);
  const life = (pem: string): number => new X509Certificate(pem).validToDate.getTime() - Date.now();
  expect(life(leafPem)).toBeLessThanOrEqual(3_600_000);
  const [longer = ''] = await ask({ token, seconds: 7200 });
  expect(life(longer)).toBeLessThanOrEqual(3_600_000);
  const [shorter = ''] = await ask({ token, seconds: 60 });
  expect(life(shorter)).toBeLessThanOrEqual(60_000);

  const issued = (await (await admin('/v1/issued')).json()) as { items: { identity: string; serial: string; notAfter: string }[] };
  expect(issued.items).toHaveLength(3);
  expect(issued.items[2]).toMatchObject({ identity: reviews, serial: leaf.serialNumber.toLowerCase(), requestedBy: 'agent', renewal: false });
  expect(JSON.stringify(issued)).not.toContain('KEY');
  expect(await (await admin('/v1/root')).text()).toBe(citadel.rootPem);
  expect((await admin('/v1/root', 'guess')).status).toBe(401);
  expect((await admin('/readyz')).status).toBe(200);
});

it('refuses impostors, and counts them by reason', async () => {
  const unauthenticated = { code: 'UNAUTHENTICATED' };
  await expect(ask({})).rejects.toMatchObject(unauthenticated);
  await expect(ask({ token: 'rubbish' })).rejects.toMatchObject(unauthenticated);
  await expect(ask({ token: await tokenFor([reviews], { key: 'x'.repeat(64) }) })).rejects.toMatchObject(unauthenticated);
  await expect(ask({ token: await tokenFor([reviews], { nowMs: Date.now() - 120_000 }) })).rejects.toMatchObject(unauthenticated);
  await expect(ask({ token: await tokenFor(['spiffe://cluster.local/ns/default/sa/ratings']) })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(ask({ token: await tokenFor(['spiffe://elsewhere/ns/default/sa/a']), spiffeId: 'spiffe://elsewhere/ns/default/sa/a' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  const metrics = await (await admin('/metrics')).text();
  expect(metrics).toContain('citadel_requests_refused_total{reason="UNAUTHENTICATED"} 4');
  expect(metrics).toContain('citadel_requests_refused_total{reason="FORBIDDEN"} 2');
  expect(((await (await admin('/v1/issued')).json()) as { items: unknown[] }).items).toEqual([]);
});

it('is not trusted under another name', async () => {
  const token = await tokenFor([reviews]);
  await expect(ask({ token, serverSpiffeId: 'spiffe://cluster.local/ns/flotilla-system/sa/galley' })).rejects.toMatchObject({ code: 'CONTROL_PLANE_UNREACHABLE' });
});

it('keeps its root over a restart, for this user alone', async () => {
  const before = citadel.rootPem;
  await stop();
  await start();
  expect(citadel.rootPem).toBe(before);
  expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  expect(statSync(join(dataDir, 'root.pem')).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(dataDir, 'root-cert.pem'), 'utf8')).toBe(before);
  await stop();
  await expect(start({ trustDomain: 'elsewhere' })).rejects.toMatchObject({ code: 'INVALID_SETTINGS' });
  writeFileSync(join(dataDir, 'root.pem'), 'rubbish');
  await expect(start()).rejects.toMatchObject({ code: 'INVALID_SETTINGS' });
});

it('renews identities before they expire, over a restart of its own', async () => {
  await stop();
  await start({ certificateLifetime: '3s' });
  const port = Number(citadel.address.split(':').at(-1));
  let identity: Identity | undefined;
  try {
    identity = await createIdentity({ citadelAddress: citadel.address, citadelRootPem: citadel.rootPem, token: () => tokenFor([reviews]), spiffeId: reviews, clock: systemClock, logger });
    const serials = [identity.current().serial];
    const keys = [identity.current().keyPem];
    const rotating = identity;
    rotating.onRotate(() => {
      serials.push(rotating.current().serial);
      keys.push(rotating.current().keyPem);
    });
    await eventually(() => expect(serials.length).toBeGreaterThan(1));
    await stop();
    await start({ certificateLifetime: '3s', port });
    const soFar = serials.length;
    await eventually(() => expect(serials.length).toBeGreaterThan(soFar + 1));
    expect(new Set(serials).size).toBe(serials.length);
    expect(new Set(keys).size).toBe(keys.length);
    expect(identity.current().notAfter).toBeGreaterThan(Date.now());
    expect(await (await admin('/metrics')).text()).toContain('citadel_certificates_issued_total{urgency="renewal"}');
  } finally {
    identity?.close();
  }
});
