import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { natsServerConfig } from '@flotilla/bus';
import { createLogger, loadSettings, systemClock } from '@flotilla/runtime';
import { eventually, startNatsServer, type TestNatsServer } from '@flotilla/testing';
import { settingsSchema, type Settings } from '../settings.ts';
import { startGalley } from '../start-galley.ts';

const password = 'galley-secret';
/** By which a test speaks as Pilot. */
export const pilotPassword = 'pilot-secret';
const token = 'admin-secret';

/** An answer of Galley's API. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A Galley that runs in the test's process, and the lines it logged. */
export interface RunningGalley {
  readonly url: string;
  readonly log: readonly Record<string, unknown>[];
  call(method: string, path: string, body?: unknown, contentType?: string, headers?: Record<string, string>): Promise<Answer>;
  /** The objects of a watch, as they come. */
  watch(path: string, signal: AbortSignal, headers?: Record<string, string>): AsyncIterable<{ type: string; object: Record<string, unknown> }>;
  ready(): Promise<void>;
  stop(): Promise<void>;
}

/** A real NATS server, and a folder for everything that a test puts on disk. */
export interface Ground {
  readonly nats: TestNatsServer;
  readonly folder: string;
  start(settings?: Partial<Settings>): Promise<RunningGalley>;
  clear(): Promise<void>;
}

/** Starts a NATS server with Flotilla's configuration, for Galleys to run on. */
export async function prepareGround(): Promise<Ground> {
  const nats = await startNatsServer((place) => natsServerConfig({ ...place, passwords: { galley: password, pilot: pilotPassword } }));
  const folder = await mkdtemp(join(tmpdir(), 'flotilla-galley-'));
  const natsPasswordFile = join(folder, 'nats-password');
  const adminTokenFile = join(folder, 'admin-token');
  await writeFile(natsPasswordFile, password, { mode: 0o600 });
  await writeFile(adminTokenFile, token, { mode: 0o600 });
  const running: RunningGalley[] = [];
  return {
    nats,
    folder,
    async start(settings = {}) {
      const defaults = loadSettings(settingsSchema, { argv: [], env: {}, name: 'galley', description: '' });
      const galley = await run({
        ...defaults, natsUrl: [nats.url], natsPasswordFile, adminTokenFile, adminPort: 0, port: 0, dataDir: join(folder, 'data'), ...settings,
      });
      running.push(galley);
      return galley;
    },
    async clear() {
      for (const galley of running) await galley.stop();
      await nats.stop();
      await rm(folder, { recursive: true });
    },
  };
}

async function run(settings: Settings): Promise<RunningGalley> {
  const log: Record<string, unknown>[] = [];
  const logger = createLogger('galley', { destination: { write: (line) => void log.push(JSON.parse(line) as Record<string, unknown>) } });
  const stops: (() => unknown)[] = [];
  const stopping = new AbortController();
  let stopped = false;
  const { adminUrl } = await startGalley(settings, {
    name: 'galley',
    logger,
    clock: systemClock,
    signal: stopping.signal,
    onStop: (_name, stop) => stops.push(stop),
    stop(reason, failure) {
      throw new Error(reason, { cause: failure });
    },
  });
  const headers = { authorization: `Bearer ${token}` };
  return {
    url: adminUrl,
    log,
    async call(method, path, body, contentType = 'application/json', more = {}) {
      const response = await fetch(new URL(path, adminUrl), {
        method,
        headers: { ...headers, ...more, ...(body === undefined ? {} : { 'content-type': contentType }) },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
    },
    async *watch(path, signal, more = {}) {
      const response = await fetch(new URL(path, adminUrl), { headers: { ...headers, ...more }, signal });
      let rest = '';
      for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) yield JSON.parse(line) as { type: string; object: Record<string, unknown> };
      }
    },
    ready: () =>
      eventually(async () => {
        const response = await fetch(new URL('/readyz', adminUrl));
        if (!response.ok) throw new Error(await response.text());
      }),
    async stop() {
      if (stopped) return;
      stopped = true;
      stopping.abort();
      for (const stop of stops.reverse()) await stop();
    },
  };
}
