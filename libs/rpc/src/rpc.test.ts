import { create, toBinary } from '@bufbuild/protobuf';
import { StringValueSchema } from '@bufbuild/protobuf/wkt';
import { FlotillaError } from '@flotilla/errors';
import { Health, HealthCheckResponse_ServingStatus as ServingStatus } from '@flotilla/protos/grpc/health/v1/health_pb.js';
import { createLogger, systemClock } from '@flotilla/runtime';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import {
  createClient, plaintextClientCredentials, plaintextServerCredentials, serveGrpc, service, SpreadBytes,
  type GrpcClient, type GrpcServer, type Handlers,
} from './index.ts';
import { Echo } from './testing/echo-service.ts';

const logger = createLogger('test', { level: 'silent' });
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function serve(handlers: Handlers<typeof Echo>, address = '127.0.0.1:0'): Promise<{ server: GrpcServer; echo: GrpcClient<typeof Echo> }> {
  const server = await serveGrpc({ address, credentials: plaintextServerCredentials(), services: [service(Echo, handlers)], logger, clock: systemClock });
  const echo = createClient(Echo, server.address, plaintextClientCredentials());
  closing.push(() => server.stop(100), () => echo.close());
  return { server, echo };
}

const value = (text: string): { value: string } => ({ value: text });
const bytes = (text: string): Uint8Array => toBinary(StringValueSchema, create(StringValueSchema, value(text)));

async function collect(answers: AsyncIterable<{ value: string }>): Promise<string[]> {
  const texts: string[] = [];
  for await (const answer of answers) texts.push(answer.value);
  return texts;
}

it('calls methods of every kind, with messages, what they are made from, or their bytes', async () => {
  const { echo } = await serve({
    say: ({ value: text }, call) => (text === 'bytes' ? bytes('from bytes') : value(`${text} ${call.header('x-name') ?? ''} ${call.path}`)),
    repeat: async (request, stream) => {
      stream.write(request);
      stream.write(bytes('encoded'));
      const spread = bytes('spread');
      stream.write(new SpreadBytes([spread.subarray(0, 3), new Uint8Array(0), spread.subarray(3)]));
      await Promise.resolve();
    },
    join: async (requests) => value((await collect(requests)).join('+')),
    talk: async (stream) => {
      for await (const request of stream.requests) stream.write(value(request.value.toUpperCase()));
      stream.write(value('bye'));
    },
  });
  expect((await echo.methods.say(value('hi'), { headers: { 'x-name': 'me' } })).value).toBe('hi me /test.Echo/Say');
  expect((await echo.methods.say(bytes('bytes'))).value).toBe('from bytes');
  expect(await collect(echo.methods.repeat(value('a')))).toEqual(['a', 'encoded', 'spread']);
  const joining = echo.methods.join();
  joining.write(value('a'));
  joining.write(bytes('b'));
  joining.end();
  expect((await joining.response).value).toBe('a+b');
  const talk = echo.methods.talk();
  talk.write(value('x'));
  talk.write(value('y'));
  talk.end();
  expect(await collect(talk.responses)).toEqual(['X', 'Y', 'bye']);
});

it('carries coded errors with their problems, on every kind of call', async () => {
  const refusal = new FlotillaError('INVALID_RESOURCE', 'größer als 1', { problems: [{ path: 'spec.weight', message: 'is too big', found: 2 }] });
  const refuse = () => Promise.reject(refusal);
  const { echo } = await serve({ say: refuse, repeat: refuse, join: refuse, talk: refuse });
  const expected = { code: 'INVALID_RESOURCE', message: refusal.message, problems: refusal.problems };
  await expect(echo.methods.say(value(''))).rejects.toMatchObject(expected);
  await expect(collect(echo.methods.repeat(value('')))).rejects.toMatchObject(expected);
  await expect(echo.methods.join().response).rejects.toMatchObject(expected);
  await expect(collect(echo.methods.talk().responses)).rejects.toMatchObject(expected);
});

it('sends as many problems as fit into a header block', async () => {
  const problems = Array.from({ length: 1000 }, (_, index) => ({ path: `spec.hosts[${index}]`, message: 'is not a host' }));
  const { echo } = await serve({ say: () => Promise.reject(new FlotillaError('INVALID_RESOURCE', 'no', { problems })) });
  const error = await echo.methods.say(value('')).then(() => undefined, (thrown: unknown) => thrown as FlotillaError);
  expect(error?.problems.length).toBeGreaterThan(50);
  expect(problems.slice(0, error?.problems.length)).toEqual(error?.problems);
});

it('gives nothing away of errors without a code, and says what is not served', async () => {
  const { echo } = await serve({ say: () => Promise.reject(new Error('the password is hunter2')) });
  await expect(echo.methods.say(value(''))).rejects.toMatchObject({ code: 'INTERNAL', message: 'Something went wrong inside' });
  await expect(collect(echo.methods.repeat(value('')))).rejects.toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
});

it('keeps to deadlines and tells handlers that a call is over', async () => {
  const over: string[] = [];
  const { promise: cancelled, resolve } = Promise.withResolvers<undefined>();
  const { echo } = await serve({
    say: async (_, { signal }) => {
      await new Promise((stop) => signal.addEventListener('abort', stop, { once: true }));
      over.push('say');
      return value('');
    },
    talk: async (stream) => {
      stream.signal.addEventListener('abort', () => resolve(undefined), { once: true });
      for await (const request of stream.requests) stream.write(request);
    },
  });
  await expect(echo.methods.say(value(''), { deadlineMs: 30 })).rejects.toMatchObject({ code: 'CONTROL_PLANE_UNREACHABLE' });
  const leaving = new AbortController();
  const talk = echo.methods.talk({ signal: leaving.signal });
  talk.write(value('x'));
  const answers: string[] = [];
  for await (const answer of talk.responses) {
    answers.push(answer.value);
    leaving.abort();
  }
  expect(answers).toEqual(['x']);
  await cancelled;
  await expect.poll(() => over).toEqual(['say']);
});

it('ends the call when its caller stops listening', async () => {
  const { promise: ended, resolve } = Promise.withResolvers<undefined>();
  const { echo } = await serve({
    repeat: async (_, stream) => {
      stream.write(value('one'));
      await new Promise((stop) => stream.signal.addEventListener('abort', stop, { once: true }));
      resolve(undefined);
    },
  });
  for await (const answer of echo.methods.repeat(value(''))) {
    expect(answer.value).toBe('one');
    break;
  }
  await ended;
});

it('asks a writer to wait for a slow reader, and to go on when it has read', async () => {
  const chunk = bytes('x'.repeat(64 * 1024));
  const total = 400;
  let sent = 0;
  let waits = 0;
  const { echo } = await serve({
    repeat: async (_, stream) => {
      const drained = () => new Promise<void>((resolve) => (wake = resolve));
      let wake = (): void => undefined;
      stream.onDrain(() => wake());
      while (sent < total) {
        const next = drained();
        sent += 1;
        if (!stream.write(chunk)) {
          waits += 1;
          await next;
        }
      }
    },
  });
  const reader = echo.methods.repeat(value(''))[Symbol.asyncIterator]();
  await reader.next();
  await expect.poll(() => waits).toBeGreaterThan(0);
  const stalledAt = await new Promise<number>((resolve) => setImmediate(() => resolve(sent)));
  expect(stalledAt).toBeLessThan(total / 2);
  let received = 1;
  for (let next = await reader.next(); next.done !== true; next = await reader.next()) received += 1;
  expect(received).toBe(total);
});

it('takes messages of many megabytes both ways', async () => {
  const { echo } = await serve({ say: (request) => request });
  const large = 'x'.repeat(20 * 1024 * 1024);
  expect((await echo.methods.say(value(large))).value.length).toBe(large.length);
  await expect(echo.methods.say(value('x'.repeat(65 * 1024 * 1024)))).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
});

it('serves on a unix socket that only this user may open, also where one was left behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'flotilla-rpc-'));
  closing.unshift(() => rm(folder, { recursive: true }));
  const path = join(folder, 'x.sock');
  await writeFile(path, '');
  const { echo } = await serve({ say: () => value('here') }, `unix:${path}`);
  expect((await echo.methods.say(value(''))).value).toBe('here');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

it('says when its port is taken', async () => {
  const { server } = await serve({});
  await expect(serve({}, server.address)).rejects.toMatchObject({ code: 'PORT_TAKEN' });
});

it('answers health checks and tells watchers of changes', async () => {
  const { server } = await serve({});
  const health = createClient(Health, server.address, plaintextClientCredentials());
  closing.push(() => health.close());
  expect((await health.methods.check({ service: 'test.Echo' })).status).toBe(ServingStatus.SERVING);
  await expect(health.methods.check({ service: 'nobody' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const statuses: ServingStatus[] = [];
  for await (const { status } of health.methods.watch({})) {
    statuses.push(status);
    server.setServing(statuses.length !== 1);
    if (statuses.length === 3) break;
  }
  expect(statuses).toEqual([ServingStatus.SERVING, ServingStatus.NOT_SERVING, ServingStatus.SERVING]);
});

it('stops in order: streams end, calls are answered, and past the deadline cut off', async () => {
  const { promise: asked, resolve: ask } = Promise.withResolvers<undefined>();
  const { promise: release, resolve: answer } = Promise.withResolvers<{ value: string }>();
  const { server, echo } = await serve({
    say: ({ value: text }) => {
      if (text === 'second') ask(undefined);
      return text === 'stuck' ? new Promise(() => undefined) : release;
    },
    talk: async (stream) => {
      stream.write(value('up'));
      await collect(stream.requests);
    },
  });
  const talk = echo.methods.talk();
  const answers = talk.responses[Symbol.asyncIterator]();
  await answers.next();
  const slow = echo.methods.say(value('second'));
  await asked;
  const stopped = server.stop();
  await expect(answers.next()).rejects.toMatchObject({ code: 'NOT_READY' });
  answer(value('done'));
  expect((await slow).value).toBe('done');
  await stopped;

  const other = await serve({ talk: () => new Promise(() => undefined), say: ({ value: text }) => (text === 'stuck' ? new Promise(() => undefined) : value('')) });
  await other.echo.methods.say(value(''));
  const stuck = expect(other.echo.methods.say(value('stuck'))).rejects.toMatchObject({ code: 'CONTROL_PLANE_UNREACHABLE' });
  await other.server.stop(50);
  await stuck;
});

it('says that a server is not there', async () => {
  const { server, echo } = await serve({});
  await echo.ready(5_000);
  await server.stop(0);
  await expect(echo.methods.say(value(''), { deadlineMs: 500 })).rejects.toMatchObject({ code: 'CONTROL_PLANE_UNREACHABLE' });
  const nobody = createClient(Echo, server.address, plaintextClientCredentials());
  closing.push(() => nobody.close());
  await expect(nobody.ready(100)).rejects.toMatchObject({ code: 'CONTROL_PLANE_UNREACHABLE' });
});
