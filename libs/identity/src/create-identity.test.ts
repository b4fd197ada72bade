import { randomBytes } from 'node:crypto';
import { FlotillaError } from '@flotilla/errors';
import { createRoot, generateKeyPair, issueCertificate, loadAuthority, privateKeyPem, serviceSpiffeId, verifySigningRequest, type CertificateAuthority } from '@flotilla/pki';
import { IstioCertificateService } from '@flotilla/protos/istio/v1/auth/ca_pb.js';
import { fixedCertificates, serveGrpc, serverCredentials, service, type GrpcServer } from '@flotilla/rpc';
import { createLogger, systemClock } from '@flotilla/runtime';
import { eventually, FakeClock, freePort } from '@flotilla/testing';
import { afterEach, expect, it } from 'vitest';
import { createIdentity, type IdentityOptions } from './create-identity.ts';

const logger = createLogger('test', { level: 'silent' });
const spiffeId = 'spiffe://cluster.local/ns/default/sa/reviews';
const hour = 3_600_000;

const nowMs = Date.now();
const root = await createRoot({ trustDomain: 'cluster.local', nowMs, lifetimeMs: 1000 * hour, serial: randomBytes(16) });
const authority = await loadAuthority(root, 'cluster.local');

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A certificate service that signs for the token `right`, with certificates that live an hour from `now`. */
async function serve(address: string, now: () => number, { signAs }: { readonly signAs?: string } = {}): Promise<{ server: GrpcServer; renewals: boolean[] }> {
  const renewals: boolean[] = [];
  const server = await serveGrpc({
    address,
    credentials: serverCredentials(fixedCertificates(await citadelCertificate(authority)), { requireClientCertificate: false }),
    logger,
    clock: systemClock,
    services: [
      service(IstioCertificateService, {
        async createCertificate({ csr, metadata }, call) {
          if (call.header('authorization') !== 'Bearer right') throw new FlotillaError('UNAUTHENTICATED', 'The token is not valid');
          const { publicKey, spiffeId: asked } = await verifySigningRequest(csr);
          renewals.push(metadata !== undefined);
          const issued = await issueCertificate(authority, { spiffeId: signAs ?? asked, publicKey, nowMs: now(), lifetimeMs: hour, serial: randomBytes(16) });
          return { certChain: [issued.certificatePem, root.certificatePem] };
        },
      }),
    ],
  });
  ends.push(() => server.stop(0));
  return { server, renewals };
}

async function citadelCertificate(by: CertificateAuthority): Promise<{ keyPem: string; certChainPem: string; rootPem: string }> {
  const keys = await generateKeyPair();
  const issued = await issueCertificate(by, { spiffeId: serviceSpiffeId('cluster.local', 'citadel'), publicKey: keys.publicKey, nowMs, lifetimeMs: hour, serial: randomBytes(16) });
  return { keyPem: await privateKeyPem(keys), certChainPem: issued.certificatePem, rootPem: by.certificatePem };
}

const options = (citadelAddress: string, overrides: Partial<IdentityOptions> = {}): IdentityOptions => ({
  citadelAddress, citadelRootPem: root.certificatePem, token: 'right', spiffeId, clock: systemClock, logger, ...overrides,
});

it('renews at half of its life with a new key, and tells its listeners', async () => {
  const clock = new FakeClock(nowMs);
  const { server, renewals } = await serve('127.0.0.1:0', () => clock.now());
  const identity = await createIdentity(options(server.address, { clock, random: () => 0.5 }));
  ends.push(() => identity.close());
  const first = identity.current();
  let rotations = 0;
  identity.onRotate(() => {
    throw new Error('a listener that fails keeps nobody else from hearing');
  });
  const unfollow = identity.onRotate(() => (rotations += 1));
  clock.advance(hour / 2 - 2_000);
  expect(identity.current()).toBe(first);
  clock.advance(4_000);
  await eventually(() => expect(rotations).toBe(1));
  const second = identity.current();
  expect(second.serial).not.toBe(first.serial);
  expect(second.keyPem).not.toBe(first.keyPem);
  expect(renewals).toEqual([false, true]);
  unfollow();
  await eventually(() => {
    clock.advance(hour / 2 + 2_000);
    expect(renewals.length).toBeGreaterThan(2);
  });
  expect(rotations).toBe(1);
});

it('waits until Citadel is there and its token is right', async () => {
  const address = `127.0.0.1:${await freePort()}`;
  const failures: string[] = [];
  let token = 'wrong';
  const coming = createIdentity(options(address, { token: () => token, onFailure: (error) => failures.push(error instanceof FlotillaError ? error.code : String(error)) }));
  await eventually(() => expect(failures).toContain('CONTROL_PLANE_UNREACHABLE'));
  await serve(address, Date.now);
  await eventually(() => expect(failures).toContain('UNAUTHENTICATED'));
  token = 'right';
  const identity = await coming;
  ends.push(() => identity.close());
  expect(identity.current().notAfter).toBeGreaterThan(Date.now());
});

it('takes no certificate of somebody else, and none from somebody else', async () => {
  const failures: unknown[] = [];
  const giveUp = new AbortController();
  const onFailure = (error: unknown): void => void failures.push(error);
  const { server } = await serve('127.0.0.1:0', Date.now, { signAs: 'spiffe://cluster.local/ns/default/sa/ratings' });
  const stranger = await createRoot({ trustDomain: 'cluster.local', nowMs, lifetimeMs: hour, serial: randomBytes(16) });
  const coming = [
    createIdentity(options(server.address, { onFailure, signal: giveUp.signal })),
    createIdentity(options(server.address, { onFailure, signal: giveUp.signal, citadelRootPem: stranger.certificatePem })),
  ];
  const settled = Promise.allSettled(coming);
  await eventually(() => expect(failures).toEqual(expect.arrayContaining([expect.objectContaining({ code: 'INTERNAL' }), expect.objectContaining({ code: 'CONTROL_PLANE_UNREACHABLE' })])));
  giveUp.abort();
  expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
