import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { SecretSchema, type Secret } from '@flotilla/envoy-api/envoy/extensions/transport_sockets/tls/v3/secret_pb.js';
import { SecretDiscoveryService } from '@flotilla/envoy-api/envoy/service/secret/v3/sds_pb.js';
import { createRoot, generateKeyPair, issueCertificate, loadAuthority, privateKeyPem, serviceSpiffeId } from '@flotilla/pki';
import { clientCredentials, createClient, fixedCertificates, type Certificates } from '@flotilla/rpc';
import { createLogger, systemClock } from '@flotilla/runtime';
import { eventually } from '@flotilla/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { watchCredentials } from './credential-folder.ts';
import { readCredential } from './credential.ts';
import { serveCredentials } from './serve-credentials.ts';

const logger = createLogger('test', { level: 'silent' });
const citadelId = serviceSpiffeId('cluster.local', 'citadel');
const lifetimeMs = 3_600_000;
const root = await createRoot({ trustDomain: 'cluster.local', nowMs: Date.now(), lifetimeMs, serial: randomBytes(16) });
const authority = await loadAuthority(root, 'cluster.local');

async function certificates(spiffeId: string): Promise<Required<Certificates>> {
  const keys = await generateKeyPair();
  const { certificatePem } = await issueCertificate(authority, { spiffeId, publicKey: keys.publicKey, nowMs: Date.now(), lifetimeMs, serial: randomBytes(16) });
  return { keyPem: await privateKeyPem(keys), certChainPem: certificatePem, rootPem: root.certificatePem };
}

const [one, two] = [await certificates('spiffe://cluster.local/ns/edge/sa/one'), await certificates('spiffe://cluster.local/ns/edge/sa/two')];

function secret(name: string, data: Readonly<Record<string, string>>, namespace = 'edge'): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, data: Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')])) });
}

const pair = ({ certChainPem, keyPem }: typeof one) => ({ 'tls.crt': certChainPem, 'tls.key': keyPem });

describe('a folder of Secrets', () => {
  let folder: string;
  let address: string;
  let ends: (() => unknown)[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'flotilla-credentials-'));
    ends = [];
    await write('edge.yaml', `${secret('web', { ...pair(one), 'ca.crt': root.certificatePem })}\n---\n${secret('theirs', pair(two), 'other')}`);
    const app = { logger, clock: systemClock, onStop: (_name: string, end: () => unknown) => void ends.unshift(end) };
    address = await serveCredentials({ address: '127.0.0.1:0', follow: (onChange) => watchCredentials(folder, logger, onChange), trustDomain: 'cluster.local', own: fixedCertificates(await certificates(citadelId)), app });
  });
  afterEach(async () => {
    for (const end of ends) await end();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Puts a file there in one piece. */
  async function write(file: string, text: string): Promise<void> {
    await writeFile(join(folder, `.${file}.draft`), text, { mode: 0o600 });
    await rename(join(folder, `.${file}.draft`), join(folder, file));
  }

  /** Follows secrets as an Envoy of a namespace does; what it holds, and what it was told not to exist. */
  async function follow(namespace: string, names: readonly string[]): Promise<{ readonly held: Map<string, Secret>; readonly absent: Set<string> }> {
    const identity = fixedCertificates(await certificates(`spiffe://cluster.local/ns/${namespace}/sa/gateway`));
    const client = createClient(SecretDiscoveryService, address, clientCredentials(identity, { serverSpiffeIds: [citadelId] }));
    ends.unshift(() => client.close());
    const call = client.methods.deltaSecrets();
    call.write({ resourceNamesSubscribe: [...names] });
    const [held, absent] = [new Map<string, Secret>(), new Set<string>()];
    void (async () => {
      for await (const { resources, removedResources } of call.responses) {
        for (const { name, resource } of resources) {
          held.set(name, fromBinary(SecretSchema, resource!.value));
          absent.delete(name);
        }
        for (const name of removedResources) {
          absent.add(name);
          held.delete(name);
        }
      }
    })();
    ends.unshift(() => call.cancel());
    return { held, absent };
  }

  const chainOf = (secret: Secret | undefined): string | undefined => {
    const { specifier } = (secret?.type.case === 'tlsCertificate' && secret.type.value.certificateChain) || {};
    return specifier?.case === 'inlineBytes' ? new TextDecoder().decode(specifier.value) : undefined;
  };

  it('gives a namespace its own, and no other', async () => {
    const mine = await follow('edge', ['kubernetes://web', 'kubernetes://web-cacert', 'kubernetes://edge/web', 'kubernetes://theirs', 'kubernetes://other/theirs']);
    await eventually(() => expect(mine.absent).toEqual(new Set(['kubernetes://theirs', 'kubernetes://other/theirs'])));
    expect([...mine.held.keys()].sort()).toEqual(['kubernetes://edge/web', 'kubernetes://web', 'kubernetes://web-cacert']);
    expect(chainOf(mine.held.get('kubernetes://web'))).toBe(one.certChainPem);
    expect(mine.held.get('kubernetes://web-cacert')?.type.case).toBe('validationContext');
    const other = await follow('other', ['kubernetes://web', 'kubernetes://theirs']);
    await eventually(() => expect([...other.held.keys()]).toEqual(['kubernetes://theirs']));
    expect(other.absent).toEqual(new Set(['kubernetes://web']));
  });

  it('replaces what is replaced, keeps what goes bad, and takes away what is removed', async () => {
    const mine = await follow('edge', ['kubernetes://web', 'kubernetes://late']);
    await eventually(() => expect(chainOf(mine.held.get('kubernetes://web'))).toBe(one.certChainPem));
    await write('edge.yaml', secret('web', { cert: two.certChainPem, key: two.keyPem }));
    await eventually(() => expect(chainOf(mine.held.get('kubernetes://web'))).toBe(two.certChainPem));
    await write('edge.yaml', secret('web', { 'tls.crt': one.certChainPem, 'tls.key': two.keyPem }));
    await write('late.yaml', secret('late', pair(one)));
    await eventually(() => expect(chainOf(mine.held.get('kubernetes://late'))).toBe(one.certChainPem));
    expect(chainOf(mine.held.get('kubernetes://web'))).toBe(two.certChainPem);
    await rm(join(folder, 'late.yaml'));
    await eventually(() => expect(mine.absent).toEqual(new Set(['kubernetes://late'])));
  });
});

describe('a Secret', () => {
  it.each<[string, unknown, string[]]>([
    ['of another kind', { apiVersion: 'v1', kind: 'ConfigMap' }, ['kind']],
    ['without a name and certificate', { apiVersion: 'v1', kind: 'Secret', data: {} }, ['metadata.name', 'data']],
    ['with a certificate alone', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, stringData: { cert: one.certChainPem } }, ['data']],
    ['with the key of another', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, stringData: { cert: one.certChainPem, key: two.keyPem } }, ['data']],
    ['with rubbish', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, stringData: { cert: 'x', key: 'y', cacert: 'z' } }, ['data', 'data', 'data']],
  ])('%s is refused, with all that is wrong', (_, document, paths) => {
    const read = readCredential(document);
    expect('problems' in read && read.problems.map(({ path }) => path)).toEqual(paths);
    expect(JSON.stringify(read)).not.toContain('KEY');
  });
});
