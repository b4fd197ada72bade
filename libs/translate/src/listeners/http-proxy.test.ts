import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
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
async function sidecar(outboundTrafficPolicy: 'ALLOW_ANY' | 'REGISTRY_ONLY'): Promise<number> {
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
`),
  );
  started.push(await startEnvoy(liveBootstrap(resources)));
  return port;
}

/** What a CONNECT request at an HTTP proxy is answered, and the tunnel. */
async function connect(port: number, authority: string): Promise<{ status: number | undefined; socket: Socket }> {
  const [{ statusCode: status }, socket] = (await once(request({ host: '127.0.0.1', port, method: 'CONNECT', path: authority }).end(), 'connect')) as [IncomingMessage, Socket];
  return { status, socket };
}

/** What an https:// URL says through an HTTP proxy. */
async function fetchThrough(port: number, authority: string): Promise<string> {
  const { socket } = await connect(port, authority);
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

describe('an application that asks its sidecar for a tunnel', () => {
  test('speaks TLS of its own with a host of the mesh, or with any other', async () => {
    const port = await sidecar('ALLOW_ANY');
    expect(await fetchThrough(port, 'api.example.com:443')).toBe('over TLS');
    expect(await fetchThrough(port, `localhost:${upstreamPort}`)).toBe('over TLS');
  });

  test('gets none to unknown hosts where the mesh has only its registry, and none past the routes of requests', async () => {
    const port = await sidecar('REGISTRY_ONLY');
    expect(await fetchThrough(port, 'api.example.com:443')).toBe('over TLS');
    for (const authority of [`localhost:${upstreamPort}`, 'api.example.com:80']) expect((await connect(port, authority)).status).toBe(404);
  });
});
