import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { plaintextServerCredentials, serveGrpc } from '@flotilla/rpc';
import { createLogger, systemClock } from '@flotilla/runtime';
import { freePort } from '@flotilla/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runProbe } from './run-probe.ts';

const forEver = new AbortController().signal;
const nobody = { workload: { ports: [] }, programs: true };
let server: Server;
let port: number;
let closed: number;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/slow') return;
    const ok = request.url === '/ready' && request.headers['x-probe'] === 'yes';
    response.writeHead(request.url === '/moved' ? 302 : ok ? 200 : 503).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  ({ port } = server.address() as AddressInfo);
  closed = await freePort();
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

it('asks by HTTP with the headers it is told, and takes what is no error for good', async () => {
  const httpHeaders = [{ name: 'x-probe', value: 'yes' }];
  expect(await runProbe({ httpGet: { port, path: '/ready', httpHeaders } }, nobody, forEver)).toBeUndefined();
  expect(await runProbe({ httpGet: { port, path: 'moved' } }, nobody, forEver)).toBeUndefined();
  expect(await runProbe({ httpGet: { port, path: '/ready' } }, nobody, forEver)).toBe('it answered with status 503');
  expect(await runProbe({ httpGet: { port: closed } }, nobody, forEver)).toContain('ECONNREFUSED');
});

it('asks the application itself, wherever that listens for the port', async () => {
  const ports = [{ name: 'http', number: 9080, app: `127.0.0.1:${port}` }];
  expect(await runProbe({ httpGet: { port: 9080, path: '/moved' } }, { workload: { ports }, programs: false }, forEver)).toBeUndefined();
  expect(await runProbe({ tcpSocket: { port: 9080 } }, { workload: { ports }, programs: false }, forEver)).toBeUndefined();
  expect(await runProbe({ tcpSocket: { port: 9080, host: '127.0.0.1' } }, { workload: { ports }, programs: false }, forEver)).toContain('ECONNREFUSED');
});

it('says that there was no answer in time', async () => {
  const soon = new AbortController();
  const asked = runProbe({ httpGet: { port, path: '/slow' } }, nobody, soon.signal);
  server.once('request', () => soon.abort());
  expect(await asked).toBe('there was no answer in time');
});

it('runs programs only where that was allowed', async () => {
  expect(await runProbe({ exec: { command: [process.execPath, '-e', ''] } }, nobody, forEver)).toBeUndefined();
  expect(await runProbe({ exec: { command: [process.execPath, '-e', 'process.exit(3)'] } }, nobody, forEver)).toContain('ended with code 3');
  expect(await runProbe({ exec: { command: ['./nowhere'] } }, nobody, forEver)).toContain('ENOENT');
  expect(await runProbe({ exec: { command: [process.execPath, '-e', ''] } }, { ...nobody, programs: false }, forEver)).toContain('--exec-probes');
});

it("asks gRPC's health service", async () => {
  const grpc = await serveGrpc({ address: '127.0.0.1:0', credentials: plaintextServerCredentials(), services: [], logger: createLogger('test', { level: 'silent' }), clock: systemClock });
  const grpcPort = Number(grpc.address.split(':')[1]);
  expect(await runProbe({ grpc: { port: grpcPort } }, nobody, forEver)).toBeUndefined();
  expect(await runProbe({ grpc: { port: grpcPort, service: 'nobody' } }, nobody, forEver)).toBeDefined();
  await grpc.stop(0);
  expect(await runProbe({ grpc: { port: grpcPort } }, nobody, forEver)).toBeDefined();
});
