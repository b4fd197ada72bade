import { execFileSync, spawnSync } from 'node:child_process';
import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import {
  createRoot, createSigningRequest, formatSpiffeId, generateKeyPair, issueCertificate, joinChain, loadAuthority, privateKeyPem,
  readCertificate, splitChain, verifySigningRequest,
} from './index.ts';
import { Pkcs10CertificateRequestGenerator, SubjectAlternativeNameExtension } from './x509.ts';

const folder = mkdtempSync(join(tmpdir(), 'flotilla-pki-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hour = 3_600_000;
const nowMs = Date.now();
const stored = await createRoot({ trustDomain: 'cluster.local', nowMs, lifetimeMs: 24 * hour, serial: randomBytes(16) });
const authority = await loadAuthority(stored, 'cluster.local');
const keys = await generateKeyPair();
const spiffeId = 'spiffe://cluster.local/ns/default/sa/reviews';
const issue = (overrides: Partial<Parameters<typeof issueCertificate>[1]> = {}) =>
  issueCertificate(authority, { spiffeId, publicKey: keys.publicKey, nowMs, lifetimeMs: hour, serial: randomBytes(16), ...overrides });

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

it('issues from a request what openssl verifies, for both ends of TLS', async () => {
  const request = await verifySigningRequest(await createSigningRequest(keys, spiffeId));
  expect(request.spiffeId).toBe(spiffeId);
  const issued = await issue({ publicKey: request.publicKey, dnsNames: ['localhost'], ipAddresses: ['127.0.0.1'] });
  const root = file('root.pem', stored.certificatePem);
  const leaf = file('leaf.pem', issued.certificatePem);
  for (const purpose of ['sslserver', 'sslclient']) {
    expect(execFileSync('openssl', ['verify', '-x509_strict', '-purpose', purpose, '-CAfile', root, leaf]).toString()).toContain('OK');
  }
  expect(execFileSync('openssl', ['verify', '-x509_strict', '-verify_hostname', 'localhost', '-CAfile', root, leaf]).toString()).toContain('OK');
  const other = await createRoot({ trustDomain: 'cluster.local', nowMs, lifetimeMs: hour, serial: randomBytes(16) });
  expect(spawnSync('openssl', ['verify', '-CAfile', file('other.pem', other.certificatePem), leaf]).status).not.toBe(0);
  expect(new X509Certificate(issued.certificatePem).checkPrivateKey(createPrivateKey(await privateKeyPem(keys)))).toBe(true);
});

it('writes requests that openssl takes, and takes those of openssl', async () => {
  const pem = await createSigningRequest(keys, spiffeId);
  expect(spawnSync('openssl', ['req', '-verify', '-noout', '-in', file('request.pem', pem)]).status).toBe(0);
  const made = join(folder, 'made.pem');
  execFileSync('openssl', [
    'req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', join(folder, 'made-key.pem'), '-out', made,
    '-subj', '/O=', '-addext', `subjectAltName=URI:${spiffeId}`,
  ], { stdio: 'ignore' });
  expect((await verifySigningRequest(execFileSync('cat', [made]).toString())).spiffeId).toBe(spiffeId);
});

it('reads back the identity and the times of whatever it issues', async () => {
  const name = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);
  await fc.assert(
    fc.asyncProperty(name, name, fc.integer({ min: 1000, max: 24 * hour }), async (namespace, serviceAccount, lifetimeMs) => {
      const id = formatSpiffeId({ trustDomain: 'cluster.local', namespace, serviceAccount });
      const issued = await issue({ spiffeId: id, lifetimeMs });
      const facts = readCertificate(issued.certificatePem);
      expect(facts).toMatchObject({ uris: [id], serial: issued.serial, notBeforeMs: issued.notBeforeMs, notAfterMs: issued.notAfterMs });
      expect(nowMs - facts.notBeforeMs).toBeGreaterThanOrEqual(60_000);
      expect(facts.notAfterMs).toBeLessThanOrEqual(nowMs + lifetimeMs);
      expect(facts.notAfterMs).toBeGreaterThan(nowMs + lifetimeMs - 1000);
    }),
    { numRuns: 25 },
  );
});

it('never outlives its root and never speaks for another trust domain', async () => {
  const issued = await issue({ lifetimeMs: 1000 * hour });
  expect(issued.notAfterMs).toBe(readCertificate(stored.certificatePem).notAfterMs);
  await expect(issue({ nowMs: nowMs + 25 * hour })).rejects.toMatchObject({ code: 'NOT_READY' });
  await expect(issue({ spiffeId: 'spiffe://elsewhere/ns/default/sa/reviews' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

it('refuses requests that are damaged, altered or ask for something else', async () => {
  const refused = { code: 'MALFORMED_REQUEST' };
  const pem = await createSigningRequest(keys, spiffeId);
  await expect(verifySigningRequest('')).rejects.toMatchObject(refused);
  await expect(verifySigningRequest(stored.certificatePem)).rejects.toMatchObject(refused);
  const bytes = Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64');
  const altered = Buffer.from(bytes.toString('latin1').replace('sa/reviews', 'sa/ratings'), 'latin1');
  await expect(verifySigningRequest(`-----BEGIN CERTIFICATE REQUEST-----\n${altered.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`)).rejects.toMatchObject(refused);
  const asking = async (...urls: string[]): Promise<string> => {
    const extensions = [new SubjectAlternativeNameExtension(urls.map((value) => ({ type: 'url', value })))];
    return (await Pkcs10CertificateRequestGenerator.create({ keys, signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' }, extensions })).toString('pem');
  };
  await expect(asking(spiffeId, 'spiffe://cluster.local/ns/default/sa/ratings').then(verifySigningRequest)).rejects.toMatchObject(refused);
  await expect(asking('https://example.com/').then(verifySigningRequest)).rejects.toMatchObject(refused);
  await expect(asking().then(verifySigningRequest)).rejects.toMatchObject(refused);
});

it('refuses a root whose parts do not belong together, or of another trust domain', async () => {
  const other = await createRoot({ trustDomain: 'cluster.local', nowMs, lifetimeMs: hour, serial: randomBytes(16) });
  await expect(loadAuthority({ ...stored, keyPem: other.keyPem }, 'cluster.local')).rejects.toMatchObject({ code: 'INTERNAL' });
  await expect(loadAuthority(stored, 'elsewhere')).rejects.toMatchObject({ code: 'INVALID_SETTINGS' });
});

it('joins and splits chains without repeating a certificate', async () => {
  const { certificatePem } = await issue();
  const chain = joinChain([certificatePem, stored.certificatePem, stored.certificatePem]);
  expect(splitChain(chain)).toEqual([certificatePem, stored.certificatePem]);
  expect(joinChain(splitChain(chain))).toBe(chain);
});
