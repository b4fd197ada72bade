import { request } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeCall, startEcho, type Call, type CallAnswer, type Echo, type ScriptedAnswer } from './index.ts';
import { overSocket } from './socket-echo.ts';

let echo: Echo;
beforeAll(async () => {
  echo = await startEcho({ name: 'some', host: '127.0.0.1', ports: { http: 0, http2: 0, grpc: 0, tcp: 0, tls: 0, control: 0 } });
});
afterAll(() => echo.close());

const url = (port: keyof Echo['ports'], path: string): string => `http://127.0.0.1:${echo.ports[port]}${path}`;
const script = (...answers: readonly ScriptedAnswer[]) => fetch(url('control', '/answers'), { method: 'POST', body: JSON.stringify(answers) });
/** A call that the application itself makes, to itself. */
const ask = async (call: Call): Promise<CallAnswer> => (await fetch(url('control', '/call'), { method: 'POST', body: JSON.stringify(call) })).json() as Promise<CallAnswer>;

it.each([['http', 'HTTP/1.1'], ['http2', 'HTTP/2.0']] as const)('answers %s with what it was asked, unless told otherwise', async (protocol, version) => {
  const call: Call = { protocol, url: url(protocol, '/x?y=1'), method: 'POST', headers: { 'x-h': 'v' }, body: 'b' };
  await script({}, { status: 418, headers: { 'x-a': '1' }, body: 'tea', trailers: { 'x-t': 'last' } }, { instead: 'reset' });
  const plain = await ask(call);
  expect(plain.status).toBe(200);
  expect(JSON.parse(plain.body)).toMatchObject({ name: 'some', protocol: version, method: 'POST', path: '/x?y=1', headers: { 'x-h': 'v' }, body: 'b' });
  expect(await ask(call)).toMatchObject({ status: 418, headers: { 'x-a': '1' }, body: 'tea', trailers: { 'x-t': 'last' } });
  expect(await ask(call)).toMatchObject({ status: 0 });
  expect(await (await fetch(url('control', '/asked'))).json()).toHaveLength(3);
});

it('gives WebSocket and gRPC messages back, one by one', async () => {
  await script();
  const messages = ['one', 'two', 'three'];
  expect(await ask({ protocol: 'websocket', url: url('http', '/ws'), messages })).toMatchObject({ status: 101, messages });
  expect(await ask({ protocol: 'grpc-stream', url: url('grpc', '/'), messages })).toMatchObject({ status: 0, messages });
  expect(await ask({ protocol: 'grpc', url: url('grpc', '/'), messages: ['one'] })).toMatchObject({ status: 0, messages: ['one'], headers: { 'x-echo': 'some' } });
  await script({ delayMs: 1, trailers: { 'x-t': 'last' } });
  expect(await ask({ protocol: 'grpc', url: url('grpc', '/') })).toMatchObject({ status: 0, messages: ['hello'], trailers: { 'x-t': 'last' } });
  expect(await ask({ protocol: 'grpc-stream', url: url('grpc', '/'), messages })).toMatchObject({ status: 0, messages, trailers: { 'x-t': 'last' } });
  await script({ grpcStatus: 14, trailers: { 'x-t': 'last' } });
  expect(await ask({ protocol: 'grpc', url: url('grpc', '/') })).toMatchObject({ status: 14, body: 'as scripted', trailers: { 'x-t': 'last' } });
  expect(await ask({ protocol: 'grpc-stream', url: url('grpc', '/'), messages })).toMatchObject({ status: 14, messages: [] });
});

it.each(['tcp', 'tls'] as const)('says its name over %s and gives lines back, one by one', async (protocol) => {
  await script();
  const call: Call = { protocol, url: `${protocol}://127.0.0.1:${echo.ports[protocol]}`, serverName: 'some.example.com', messages: ['one', 'two'] };
  expect(await ask(call)).toMatchObject({ status: 200, body: 'some', messages: ['one', 'two'] });
  expect(await ask({ ...call, messages: [] })).toMatchObject({ status: 200, body: 'some', messages: [] });
  expect(await ask({ ...call, url: `${protocol}://127.0.0.1:1` })).toMatchObject({ status: 0 });
  const path = protocol === 'tls' ? 'some.example.com' : '';
  expect(await (await fetch(url('control', '/asked'))).json()).toMatchObject([{ protocol, path }, { protocol, path }]);
});

it('leaves it to the other end to hang up where it shall stay', async () => {
  const closing = createServer((socket) => socket.end('bye\n'));
  await new Promise<void>((listening) => closing.listen(0, '127.0.0.1', listening));
  const { port } = closing.address() as AddressInfo;
  expect(await ask({ protocol: 'tcp', url: `tcp://127.0.0.1:${port}`, stay: true })).toMatchObject({ status: 200, body: 'bye' });
  closing.close();
});

it('ends tunnels itself', async () => {
  await script();
  const opened = await new Promise<Duplex>((resolve, reject) => {
    request({ host: '127.0.0.1', port: echo.ports.http, method: 'CONNECT', path: 'far.example.com:7777' }).on('connect', (_, socket, head) => {
      socket.unshift(head);
      resolve(socket);
    }).on('error', reject).end();
  });
  expect(await overSocket(opened, ['hello'])).toEqual({ status: 200, body: 'some', messages: ['hello'] });
  expect(await (await fetch(url('control', '/asked'))).json()).toMatchObject([{ method: 'CONNECT', path: 'far.example.com:7777' }]);
});

it('sends calls through a proxy by their authority', async () => {
  await script();
  const { body } = await makeCall({ url: 'http://elsewhere.example.com/a' }, `127.0.0.1:${echo.ports.http}`);
  expect(JSON.parse(body)).toMatchObject({ path: '/a', headers: { host: 'elsewhere.example.com' } });
});
