import fc from 'fast-check';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { backoff, createLogger, delay, readSecret, startTracing, systemClock, traced, writeFileAtomic } from './index.ts';

const folder = await mkdtemp(join(tmpdir(), 'flotilla-runtime-'));
afterAll(() => rm(folder, { recursive: true }));

it('backs off between half of a growing delay and all of it, up to the longest', () => {
  const option = { initialMs: 100, maxMs: 1000, random: () => 0.999_999 };
  const growing = backoff(option);
  expect(Array.from({ length: 5 }, () => Math.round(growing.next()))).toEqual([100, 200, 400, 800, 1000]);
  growing.reset();
  expect(Math.round(growing.next())).toBe(100);
  fc.assert(
    fc.property(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(50), (random, attempts) => {
      const delays = backoff({ ...option, random: () => random });
      for (let attempt = 0; attempt < attempts; attempt += 1) delays.next();
      const nominal = Math.min(1000, 100 * 2 ** attempts);
      const next = delays.next();
      expect(next).toBeGreaterThanOrEqual(nominal / 2);
      expect(next).toBeLessThanOrEqual(nominal);
    }),
  );
});

it('waits by the clock, or until told to stop waiting', async () => {
  const from = performance.now();
  await delay(systemClock, 20);
  expect(performance.now() - from).toBeGreaterThan(15);
  const stop = new AbortController();
  const waiting = delay(systemClock, 3_000_000_000, stop.signal);
  stop.abort();
  await waiting;
  await delay(systemClock, 3_000_000_000, stop.signal);
});

it('does not fire a timer of a month at once', async () => {
  let fired = false;
  const cancel = systemClock.after(30 * 24 * 3_600_000, () => (fired = true));
  await delay(systemClock, 20);
  expect(fired).toBe(false);
  cancel();
});

it('replaces a file as a whole, with the mode it was given, and leaves no drafts', async () => {
  const path = join(folder, 'deep', 'state.json');
  await writeFileAtomic(path, 'one', 0o600);
  expect((await stat(join(folder, 'deep'))).mode & 0o777).toBe(0o700);
  await writeFileAtomic(path, new TextEncoder().encode('two'), 0o640);
  expect(await readFile(path, 'utf8')).toBe('two');
  expect((await stat(path)).mode & 0o777).toBe(0o640);
  await Promise.all(Array.from({ length: 20 }, (_, index) => writeFileAtomic(path, `${index}`.repeat(10_000), 0o600)));
  expect(new Set(await readFile(path, 'utf8')).size).toBeLessThanOrEqual(2);
  expect(await readdir(join(folder, 'deep'))).toEqual(['state.json']);
  await expect(writeFileAtomic(join(folder, 'deep'), 'x', 0o600)).rejects.toThrow();
  expect(await readdir(folder)).toEqual(['deep']);
});

it('reads secrets, and names the setting where it cannot', async () => {
  const path = join(folder, 'token');
  await writeFile(path, ' secret\n');
  expect(await readSecret(path, 'tokenFile')).toBe('secret');
  await writeFile(path, '\n');
  await expect(readSecret(path, 'tokenFile')).rejects.toMatchObject({ code: 'INVALID_SETTINGS', problems: [{ path: 'tokenFile', message: 'the file is empty' }] });
  await expect(readSecret(join(folder, 'none'), 'tokenFile')).rejects.toMatchObject({ code: 'INVALID_SETTINGS', problems: [{ path: 'tokenFile' }] });
});

it('logs JSON lines without secrets', () => {
  const lines: string[] = [];
  const logger = createLogger('test', { level: 'debug', destination: { write: (line) => void lines.push(line) } });
  logger.child({ proxy: 'p' }).debug({ token: 't0p', request: { authorization: 't0p', path: '/' } }, 'said');
  logger.trace('unheard');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    { level: 'debug', time: expect.stringMatching(/^\d{4}-.*Z$/) as string, name: 'test', proxy: 'p', token: '[secret]', request: { authorization: '[secret]', path: '/' }, msg: 'said' },
  ]);
});

it('sends spans to a collector once it is given one, and costs nothing before', async () => {
  await (await startTracing({ service: 'test' }))();
  expect(await traced('off', {}, () => Promise.resolve(1))).toBe(1);
  const bodies: { path: string | undefined; body: string }[] = [];
  const collector = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString('latin1')));
    request.on('end', () => {
      bodies.push({ path: request.url, body });
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const { port } = collector.address() as AddressInfo;
  const stop = await startTracing({ service: 'flotilla-test', otlpEndpoint: `http://127.0.0.1:${port}` });
  await expect(traced('a test span', { key: 'value' }, () => Promise.reject(new Error('span failed')))).rejects.toThrow('span failed');
  await stop();
  expect(bodies.map(({ path }) => path)).toEqual(['/v1/traces']);
  for (const text of ['flotilla-test', 'a test span', 'span failed']) expect(bodies[0]?.body).toContain(text);
  await new Promise((resolve) => collector.close(resolve));
});
