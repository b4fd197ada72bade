import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect as secure } from 'node:tls';
import { freePort, startEnvoy, type TestEnvoy } from '@flotilla/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCertificateFiles } from '../testing/certificate-files.ts';
import { liveBootstrap } from '../testing/live-bootstrap.ts';
import { meshCase, resourcesOf } from '../testing/mesh-case.ts';

const files = createCertificateFiles();
const { certificate, key } = files.placed({ certificate: '/etc/golden/cert.pem', key: '/etc/golden/key.pem' });

let upstream: Server;
let upstreamPort: number;
const started: TestEnvoy[] = [];

/** A sidecar that is an HTTP proxy, and a host outside of the mesh that speaks HTTPS. */
async function sidecar(outboundTrafficPolicy: 'ALLOW_ANY' | 'REGISTRY_ONLY', more = ''): Promise<number> {
  const port = await freePort();
  const resources = resourcesOf(
    meshCase(`
proxy: {interception: NONE, ipAddresses: [127.0.0.1], httpProxyPort: ${port}}
---
mesh: {outboundTrafficPolicy: ${outboundTrafficPolicy}}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: outside, namespace: default}
spec: {hosts: [api.example.com], resolution: STATIC, ports: [{number: 443, name: tls}, {number: 80, name: http}], endpoints: [{address: 127.0.0.1, ports: {tls: ${upstreamPort}}}]}
${more}`),
  );
  started.push(await startEnvoy(liveBootstrap(resources)));
  return port;
}

type Proxy = { readonly port: number } | { readonly socketPath: string };

/** What a CONNECT request at an HTTP proxy is answered, and the tunnel. */
async function connect(proxy: Proxy, authority: string): Promise<{ status: number | undefined; socket: Socket }> {
  const [{ statusCode: status }, socket] = (await once(request({ host: '127.0.0.1', ...proxy, method: 'CONNECT', path: authority }).end(), 'connect')) as [IncomingMessage, Socket];
  return { status, socket };
}

/** What an https:// URL says through an HTTP proxy. */
async function fetchThrough(proxy: Proxy, authority: string): Promise<string> {
  const { socket } = await connect(proxy, authority);
  const createConnection = () => secure({ socket, ca: readFileSync(certificate), checkServerIdentity: () => undefined });
  const [answer] = (await once(request({ createConnection, host: 'api.example.com', path: '/' }).end(), 'response')) as [IncomingMessage];
  return text(answer);
}

beforeAll(async () => {
  upstream = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (_request, response) => response.end('over TLS'));
  await once(upstream.listen(0, '127.0.0.1'), 'listening');
  upstreamPort = (upstream.address() as AddressInfo).port;
});

afterAll(async () => {
  await Promise.all(started.map((envoy) => envoy.stop()));
  upstream.closeAllConnections();
  upstream.close();
  files.remove();
});

test('a socket that a Sidecar lists is a proxy to what that imports', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-egress-'));
  const socketPath = join(folder, 'out.sock');
  await sidecar(
    'REGISTRY_ONLY',
    `---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: web, namespace: default}
spec: {egress: [{port: {protocol: HTTP, name: http}, bind: 'unix://${socketPath}', hosts: ['./api.example.com']}]}
`,
  );
  try {
    expect(await fetchThrough({ socketPath }, 'api.example.com:443')).toBe('over TLS');
    expect((await connect({ socketPath }, `localhost:${upstreamPort}`)).status).toBe(404);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe('an application that asks its sidecar for a tunnel', () => {
  test('speaks TLS of its own with a host of the mesh, or with any other', async () => {
    const port = await sidecar('ALLOW_ANY');
    expect(await fetchThrough({ port }, 'api.example.com:443')).toBe('over TLS');
    expect(await fetchThrough({ port }, `localhost:${upstreamPort}`)).toBe('over TLS');
  });

  test('gets none to unknown hosts where the mesh has only its registry, and none past the routes of requests', async () => {
    const port = await sidecar('REGISTRY_ONLY');
    expect(await fetchThrough({ port }, 'api.example.com:443')).toBe('over TLS');
    for (const authority of [`localhost:${upstreamPort}`, 'api.example.com:80']) expect((await connect({ port }, authority)).status).toBe(404);
  });
});
