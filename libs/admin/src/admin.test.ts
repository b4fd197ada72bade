import { once } from 'node:events';
import { createConnection } from 'node:net';
import { FlotillaError } from '@flotilla/errors';
import { createLogger } from '@flotilla/runtime';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createAdminServer, jsonLine, serverSentEvent, Type, type AdminServer } from './index.ts';

const token = 'the-right-token';
let reasons: string[];
let admin: AdminServer;
let url: string;
let streamEnded: Promise<void>;

beforeEach(async () => {
  reasons = [];
  admin = await createAdminServer({
    name: 'test', version: '1.2.3', description: 'A test.', logger: createLogger('test', { level: 'silent' }),
    host: '127.0.0.1', port: 0, token, ready: () => reasons, bodyLimit: 1000,
  });
  const { app } = admin;
  app.get('/v1/things/:id', { schema: { params: Type.Object({ id: Type.Integer() }), response: { 200: Type.Object({ id: Type.Integer() }) } } }, (request) => ({ id: request.params.id }));
  const Thing = Type.Object({ hosts: Type.Array(Type.String()), kind: Type.Enum(['a', 'b']) });
  app.post('/v1/things', { schema: { body: Thing } }, (request) => request.body.hosts);
  app.get('/v1/broken', () => {
    throw new Error('the password is hunter2');
  });
  app.put('/apis/x/v1/things/a', () => {
    throw new FlotillaError('INVALID_RESOURCE', 'a is not valid', { problems: [{ path: 'spec.hosts', message: 'must not be empty', found: [] }, { path: 'spec.b', message: 'is needed' }] });
  });
  const { promise, resolve } = Promise.withResolvers<undefined>();
  streamEnded = promise;
  app.get('/v1/watch', (_request, reply) =>
    admin.stream(reply, 'application/json', async function* (signal) {
      yield jsonLine({ n: 1 });
      await new Promise((stop) => signal.addEventListener('abort', stop, { once: true }));
      resolve(undefined);
    }),
  );
  app.get('/v1/silence', (_request, reply) =>
    admin.stream(reply, 'text/event-stream', async function* (signal) {
      await new Promise((stop) => signal.addEventListener('abort', stop, { once: true }));
      yield serverSentEvent({ event: 'end', data: { why: 'a\nb' } });
    }),
  );
  url = await admin.listen();
});
afterEach(() => admin.close());

const basic = (credentials: string): string => `Basic ${Buffer.from(credentials).toString('base64')}`;
const call = (path: string, init: RequestInit = {}): Promise<Response> => fetch(`${url}${path}`, { ...init, headers: { authorization: `Bearer ${token}`, ...(init.headers as Record<string, string> | undefined) } });
const json = async (path: string, init?: RequestInit): Promise<unknown> => (await call(path, init)).json();
const post = (body: string, contentType = 'application/json'): RequestInit => ({ method: 'POST', body, headers: { 'content-type': contentType } });

it('is alive, and ready when nothing speaks against it', async () => {
  expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'ok' });
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  reasons = ['NATS is away', 'not synced'];
  const unready = await fetch(`${url}/readyz`);
  expect(unready.status).toBe(503);
  expect(await unready.json()).toMatchObject({ code: 'NOT_READY', problems: [{ message: 'NATS is away' }, { message: 'not synced' }] });
});

it('shows metrics of the process and of its own answers', async () => {
  await call('/v1/things/1');
  const text = await (await fetch(`${url}/metrics`)).text();
  expect(text).toContain('process_resident_memory_bytes');
  expect(text).toContain('flotilla_admin_request_duration_seconds_count{method="GET",route="/v1/things/:id",status="200"} 1');
});

it('describes its routes as OpenAPI', async () => {
  const document: unknown = await (await fetch(`${url}/openapi.json`)).json();
  expect(document).toMatchObject({
    openapi: '3.1.0',
    info: { title: 'Flotilla test', version: '1.2.3' },
    paths: { '/v1/things/{id}': { get: { responses: { 200: {} } } }, '/healthz': { get: { security: [] } } },
  });
});

it('answers nobody without the token, not even what there is', async () => {
  for (const path of ['/v1/things/1', '/nowhere']) {
    for (const authorization of ['', 'Bearer', 'Bearer wrong', `Basic ${token}`, `Bearer ${token}x`, basic('kubectl:wrong'), basic(token), basic(`${token}:`)]) {
      const response = await fetch(`${url}${path}`, { headers: { authorization } });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(await response.json()).toMatchObject({ code: 'UNAUTHENTICATED' });
    }
  }
  expect(await json('/v1/things/7')).toEqual({ id: 7 });
});

it('takes the token as the password of anybody, too', async () => {
  for (const user of ['', 'kubectl']) {
    expect((await fetch(`${url}/v1/things/1`, { headers: { authorization: basic(`${user}:${token}`) } })).status).toBe(200);
  }
});

it('answers errors as problem details', async () => {
  const response = await call('/nowhere?a=b');
  expect(response.status).toBe(404);
  expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(await response.json()).toEqual({ type: 'urn:flotilla:error:NOT_FOUND', title: 'There is no such thing', status: 404, detail: 'there is no GET /nowhere?a=b', instance: '/nowhere', code: 'NOT_FOUND' });
  const broken = await call('/v1/broken');
  expect(broken.status).toBe(500);
  expect(await broken.text()).not.toContain('hunter2');
});

it('answers errors under Kubernetes paths as Status', async () => {
  expect(await json('/api/v1/nowhere')).toMatchObject({ kind: 'Status', status: 'Failure', reason: 'NotFound', code: 404 });
  expect(await json('/apis/x/v1/things/a', { method: 'PUT' })).toEqual({
    kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason: 'Invalid', code: 422,
    message: 'a is not valid: spec.hosts: must not be empty (found []); spec.b: is needed',
    details: { causes: [
      { reason: 'FieldValueInvalid', field: 'spec.hosts', message: 'must not be empty (found [])' },
      { reason: 'FieldValueRequired', field: 'spec.b', message: 'is needed' },
    ] },
  });
});

it('names every problem of a body, and refuses what it cannot read', async () => {
  expect(await json('/v1/things', post('{"hosts":[{}],"kind":"c"}'))).toMatchObject({
    status: 400, code: 'MALFORMED_REQUEST',
    problems: [{ path: 'hosts[0]', message: 'must be string' }, { path: 'kind', allowed: 'a, b' }],
  });
  expect(await json('/v1/things', post('{'))).toMatchObject({ status: 400, code: 'MALFORMED_REQUEST' });
  expect(await json('/v1/things', post('x', 'text/x'))).toMatchObject({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' });
  expect(await json('/v1/things', post(`"${'x'.repeat(1000)}"`))).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
});

it('streams, and tells the stream when the client is gone', async () => {
  const gone = new AbortController();
  const response = await call('/v1/watch', { signal: gone.signal });
  const first = await response.body?.getReader().read();
  expect(new TextDecoder().decode(first?.value as Uint8Array)).toBe('{"n":1}\n');
  gone.abort();
  await streamEnded;
});

it('sends the headers of a stream before there is anything to send, and ends it when it stops', async () => {
  const response = await call('/v1/silence');
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  await admin.close();
  expect(await response.text()).toBe('event: end\ndata: {"why":"a\\nb"}\n\n');
});

it('does not wait for connections that nobody asked anything on', async () => {
  const { hostname, port } = new URL(url);
  const connection = createConnection(Number(port), hostname);
  await once(connection, 'connect');
  // Accepted in order: once this is answered, the server knows the one before.
  await call('/v1/things/1');
  const closed = once(connection, 'close');
  await admin.close();
  await closed;
});

it('says when its port is taken', async () => {
  const { port } = new URL(url);
  const second = await createAdminServer({ name: 'second', version: '1', description: '', logger: createLogger('x', { level: 'silent' }), host: '127.0.0.1', port: Number(port), ready: () => [] });
  await expect(second.listen()).rejects.toMatchObject({ code: 'PORT_TAKEN' });
  await second.close();
});
