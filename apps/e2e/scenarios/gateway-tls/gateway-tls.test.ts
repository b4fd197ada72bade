import { randomBytes } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { Agent, request as requestHttps, type RequestOptions } from 'node:https';
import { createConnection, createServer, type AddressInfo, type Server } from 'node:net';
import { connect, createServer as createTlsServer, TLSSocket } from 'node:tls';
import { join } from 'node:path';
import { createRoot, generateKeyPair, issueCertificate, loadAuthority, privateKeyPem } from '@flotilla/pki';
import { eventually, freePorts } from '@flotilla/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { get } from '../../src/load.ts';
import { startProcessMesh, type ProcessMesh } from '../../src/process-mesh.ts';

const lifetimeMs = 3_600_000;
const root = await createRoot({ trustDomain: 'example.com', nowMs: Date.now(), lifetimeMs, serial: randomBytes(16) });
const authority = await loadAuthority(root, 'example.com');

interface Pair {
  readonly cert: string;
  readonly key: string;
}

async function certificate(dnsName: string): Promise<Pair> {
  const keys = await generateKeyPair();
  const issued = await issueCertificate(authority, {
    spiffeId: 'spiffe://example.com/ns/public/sa/web', publicKey: keys.publicKey, dnsNames: [dnsName], nowMs: Date.now(), lifetimeMs, serial: randomBytes(16),
  });
  return { cert: issued.certificatePem, key: await privateKeyPem(keys) };
}

/** A server that says its name to whoever connects. */
async function greeter(name: string, pair?: Pair): Promise<{ readonly port: number; readonly server: Server }> {
  const greet = (socket: { end(text: string): unknown; on(event: 'error', listener: () => void): unknown }): void => {
    socket.on('error', () => undefined);
    socket.end(name);
  };
  const server: Server = pair === undefined ? createServer(greet) : createTlsServer(pair, greet);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return { port: (server.address() as AddressInfo).port, server };
}

const [httpPort = 0, httpsPort = 0, tcpPort = 0] = await freePorts(3);

describe('the ways in by TLS and TCP', () => {
  let mesh: ProcessMesh;
  const servers: Server[] = [];
  beforeAll(async () => {
    mesh = await startProcessMesh();
    await put('shop', await certificate('shop.example.com'));
    await put('books', await certificate('books.example.com'));
    await put('private', await certificate('private.example.com'), root.certificatePem);
    await put('elsewhere', await certificate('elsewhere.example.com'), undefined, 'default');
    const through = await greeter('through', await certificate('through.example.com'));
    const [some, others] = [await greeter('some'), await greeter('others')];
    servers.push(through.server, some.server, others.server);
    const external = (name: string, port: number, protocol: string): string => `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ${name}, namespace: default}
spec:
  hosts: [${name}.backend.example.com]
  resolution: STATIC
  ports: [{number: ${port}, name: ${protocol.toLowerCase()}, protocol: ${protocol}}]
  endpoints: [{address: 127.0.0.1}]
---`;
    const pages = (hosts: string): string => `{hosts: ${hosts}, gateways: [edge], http: [{route: [{destination: {host: productpage.default.svc.cluster.local, port: {number: 9080}}}]}]}`;
    const server = (name: string, tls: string, protocol = 'HTTPS'): string =>
      `{port: {number: ${httpsPort}, name: ${name}, protocol: ${protocol}}, hosts: [${name}.example.com], tls: ${tls}}`;
    await mesh.apply(`${external('through', through.port, 'TLS')}${external('some', some.port, 'TCP')}${external('others', others.port, 'TCP')}
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge, namespace: default}
spec:
  selector: {istio: ingressgateway}
  servers:
  - {port: {number: ${httpPort}, name: http, protocol: HTTP}, hosts: ['*.example.com'], tls: {httpsRedirect: true}}
  - ${server('shop', '{mode: SIMPLE, credentialName: shop}')}
  - ${server('books', '{mode: SIMPLE, credentialName: books}')}
  - ${server('private', '{mode: MUTUAL, credentialName: private}')}
  - ${server('elsewhere', '{mode: SIMPLE, credentialName: elsewhere}')}
  - ${server('through', '{mode: PASSTHROUGH}', 'TLS')}
  - {port: {number: ${tcpPort}, name: tcp, protocol: TCP}, hosts: ['*']}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: pages, namespace: default}
spec: ${pages("['*.example.com']")}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: through, namespace: default}
spec:
  hosts: [through.example.com]
  gateways: [edge]
  tls: [{match: [{sniHosts: [through.example.com]}], route: [{destination: {host: through.backend.example.com}}]}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: tcp, namespace: default}
spec:
  hosts: ['*']
  gateways: [edge]
  tcp: [{match: [{port: ${tcpPort}}], route: [{destination: {host: some.backend.example.com}, weight: 75}, {destination: {host: others.backend.example.com}, weight: 25}]}]
`);
    // The listener waits a while for the certificate that there is none of.
    await eventually(() => ask('shop.example.com'), { timeoutMs: 20_000 });
  });
  afterAll(async () => {
    for (const server of servers) server.close();
    await mesh.stop();
  });

  /** Puts a Secret where Citadel finds it, in one piece. */
  async function put(name: string, { cert, key }: Pair, ca?: string, namespace = 'istio-system'): Promise<void> {
    const secret = { apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls', metadata: { name, namespace }, stringData: { 'tls.crt': cert, 'tls.key': key, ...(ca === undefined ? {} : { 'ca.crt': ca }) } };
    const draft = join(mesh.credentialsFolder, `.${name}.draft`);
    await writeFile(draft, JSON.stringify(secret), { mode: 0o600 });
    await rename(draft, join(mesh.credentialsFolder, `${name}.json`));
  }

  /** One request; the status, and what the certificate that answered it is for. */
  function ask(host: string, options: RequestOptions = {}): Promise<{ status: number | undefined; names: string | undefined; serial: string; socket: TLSSocket }> {
    return new Promise((resolve, reject) => {
      const outgoing = requestHttps({ host: '127.0.0.1', port: httpsPort, path: '/productpage', servername: host, headers: { host }, ca: root.certificatePem, agent: false, ...options }, (response) => {
        const { socket } = response;
        if (!(socket instanceof TLSSocket)) {
          reject(new Error('the answer came without TLS'));
          return;
        }
        const { subjectaltname, serialNumber } = socket.getPeerCertificate();
        response.resume().on('end', () => resolve({ status: response.statusCode, names: subjectaltname, serial: serialNumber, socket }));
      });
      outgoing.on('error', reject).end();
    });
  }

  /** What is said to a client that connects with TLS, or without. */
  function hear(port: number, servername?: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = servername === undefined ? createConnection(port) : connect({ host: '127.0.0.1', port, servername, ca: root.certificatePem });
      let heard = '';
      socket.on('data', (chunk) => (heard += String(chunk)));
      socket.on('error', reject).on('close', () => resolve(heard));
    });
  }

  it('answers each name with its own certificate', async () => {
    expect(await ask('shop.example.com')).toMatchObject({ status: 200, names: expect.stringContaining('DNS:shop.example.com') as string });
    expect(await ask('books.example.com')).toMatchObject({ status: 200, names: expect.stringContaining('DNS:books.example.com') as string });
  });

  it('gives a gateway no credential of another namespace, which keeps the others from nothing', async () => {
    await expect(ask('elsewhere.example.com')).rejects.toThrow();
    expect(await ask('shop.example.com')).toMatchObject({ status: 200 });
  });

  it('lets in by MUTUAL who shows a certificate of its authorities, and nobody else', async () => {
    await expect(ask('private.example.com')).rejects.toThrow();
    const stranger = await createRoot({ trustDomain: 'example.com', nowMs: Date.now(), lifetimeMs, serial: randomBytes(16) });
    const strange = await loadAuthority(stranger, 'example.com');
    const keys = await generateKeyPair();
    const issued = await issueCertificate(strange, { spiffeId: 'spiffe://example.com/ns/a/sa/b', publicKey: keys.publicKey, nowMs: Date.now(), lifetimeMs, serial: randomBytes(16) });
    await expect(ask('private.example.com', { cert: issued.certificatePem, key: await privateKeyPem(keys) })).rejects.toThrow();
    expect(await ask('private.example.com', { ...(await certificate('client.example.com')) })).toMatchObject({ status: 200 });
  });

  it('replaces a certificate while connections stay open', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const before = await ask('shop.example.com', { agent });
    await put('shop', await certificate('shop.example.com'));
    await expect.poll(async () => (await ask('shop.example.com')).serial, { timeout: 20_000 }).not.toBe(before.serial);
    const after = await ask('shop.example.com', { agent });
    expect(after).toMatchObject({ status: 200, serial: before.serial });
    expect(after.socket).toBe(before.socket);
    agent.destroy();
  });

  it('sends plain requests to HTTPS', async () => {
    const { status, headers } = await get(`http://127.0.0.1:${httpPort}/productpage`, { host: 'shop.example.com' });
    expect(status).toBe(301);
    expect(headers.location).toMatch(/^https:\/\/shop.example.com/);
  });

  it('passes TLS through by the name asked for', async () => {
    expect(await hear(httpsPort, 'through.example.com')).toBe('through');
  });

  it('shares TCP connections by weight', async () => {
    const heard = await Promise.all(Array.from({ length: 400 }, () => hear(tcpPort)));
    const some = heard.filter((name) => name === 'some').length / heard.length;
    expect(heard.filter((name) => name !== 'some' && name !== 'others')).toEqual([]);
    // Five standard deviations of a fair draw of 400 are about 0.11.
    expect(some).toBeGreaterThan(0.75 - 0.11);
    expect(some).toBeLessThan(0.75 + 0.11);
  });
});
