import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually, startNatsServer, type TestNatsServer } from '@flotilla/testing';
import { resourceKey, type MeshResource } from '@flotilla/resources';
import { systemClock } from '@flotilla/runtime';
import { jetstreamManager } from '@nats-io/jetstream';
import { connectBus, ensureBuckets, natsServerConfig, type Bus, type BusUser, type ResourceChange, type Watch } from './index.ts';
import { keyOf, silent, virtualService } from './testing/fixtures.ts';

const passwords = { galley: 'g"secret$', pilot: 'p-secret' };

let server: TestNatsServer;
let folder: string;
let open: { close(): Promise<void> }[];

beforeEach(async () => {
  server = await startNatsServer((place) => natsServerConfig({ ...place, passwords }));
  folder = await mkdtemp(join(tmpdir(), 'flotilla-bus-'));
  open = [];
});

afterEach(async () => {
  for (const each of open.reverse()) await each.close();
  await server.stop();
  await rm(folder, { recursive: true });
});

async function connect(user: 'galley' | 'pilot', password = passwords[user]): Promise<Bus> {
  const bus = await connectBus({ servers: server.url, user, password, name: user, logger: silent, clock: systemClock });
  open.push(bus);
  return bus;
}

async function galley(): Promise<Bus> {
  const bus = await connect('galley');
  await ensureBuckets(bus);
  return bus;
}

/** A watch that records what it is told, and what a consumer would hold after it. */
class Recorder {
  readonly changes: ResourceChange[] = [];
  readonly held = new Map<string, MeshResource>();
  syncedAt: number | undefined;
  readonly watch: Watch;

  constructor(bus: Bus, cacheFile?: string) {
    this.watch = bus.store('config').watch({
      onChange: (change) => {
        this.changes.push(change);
        for (const resource of change.upserts) this.held.set(resourceKey(resource), resource);
        for (const key of change.removals) this.held.delete(key);
      },
      onSynced: (revision) => {
        this.syncedAt = revision;
      },
      ...(cacheFile === undefined ? {} : { cacheFile }),
    });
    open.push({ close: () => this.watch.stop() });
  }

  synced(): Promise<number> {
    return eventually(() => {
      if (this.syncedAt === undefined) throw new Error('not synced');
      return this.syncedAt;
    });
  }

  reached(revision: number): Promise<void> {
    return eventually(() => expect(this.watch.revision).toBeGreaterThanOrEqual(revision));
  }
}

describe('a store', () => {
  it('shows a commit of many resources as one change at one revision', async () => {
    const bus = await galley();
    const store = bus.store('config');
    const seen = new Recorder(await connect('pilot'));
    expect(await seen.synced()).toBe(0);

    const first = await store.commit(['a', 'b', 'c'].map((name) => virtualService(name)), []);
    const second = await store.commit([virtualService('a', 50)], [keyOf('b')]);
    await seen.reached(second);

    expect(second).toBeGreaterThan(first);
    expect(seen.changes.map(({ revision, upserts, removals }) => [revision, upserts.map((each) => each.metadata.name), removals])).toEqual([
      [first, ['a', 'b', 'c'], []],
      [second, ['a'], [keyOf('b')]],
    ]);
    expect(seen.held.get(keyOf('c'))?.metadata.resourceVersion).toBe(String(first));
  });

  it('replays a large mesh as one change', async () => {
    const bus = await galley();
    const revision = await bus.store('config').commit(
      Array.from({ length: 3_000 }, (_, index) => virtualService(`service-${index}`)),
      [],
    );
    const seen = new Recorder(await connect('pilot'));

    expect(await seen.synced()).toBe(revision);
    expect(seen.changes.map((change) => change.upserts.length)).toEqual([3_000]);
  });

  it('takes nothing of a commit that it does not take whole', async () => {
    const bus = await galley();
    const tooMany = Array.from({ length: 20_001 }, (_, index) => virtualService(`service-${index}`));

    await expect(bus.store('config').commit(tooMany, [])).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });

    const seen = new Recorder(bus);
    await seen.synced();
    expect(seen.held.size).toBe(0);
  });

  it('lets only Galley write', async () => {
    await galley();
    const pilot = await connect('pilot');

    await expect(pilot.store('config').commit([virtualService('a')], [])).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(pilot.store('config').commit([virtualService('a'), virtualService('b')], [])).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('refuses a wrong password with the name of the user', async () => {
    await expect(connect('pilot', 'wrong')).rejects.toMatchObject({ code: 'UNAUTHENTICATED', message: expect.stringContaining('pilot') as string });
  });
});

describe('when NATS is away', () => {
  it('refuses commits at once, keeps what is known, and goes on after a kill and a restart without false removals', async () => {
    const bus = await galley();
    const store = bus.store('config');
    const seen = new Recorder(await connect('pilot'));
    const before = await store.commit([virtualService('a'), virtualService('b')], []);
    await seen.reached(before);

    await server.kill();
    await eventually(() => expect(bus.connected).toBe(false));
    await expect(store.commit([virtualService('c')], [])).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await server.restart();
    const after = await eventually(() => store.commit([virtualService('c')], [keyOf('a')]));
    await seen.reached(after);

    expect(after).toBeGreaterThan(before);
    expect(seen.changes.flatMap((change) => change.removals)).toEqual([keyOf('a')]);
    expect(seen.changes.flatMap((change) => change.upserts).map((each) => each.metadata.name)).toEqual(['a', 'b', 'c']);
    expect([...seen.held.keys()]).toEqual([keyOf('b'), keyOf('c')]);
  });

  it('does not leave a commit waiting when the server is killed under it', async () => {
    const bus = await galley();
    const commits = Array.from({ length: 50 }, (_, index) => bus.store('config').commit([virtualService(`a${index}`), virtualService('b')], []));
    const outcome = Promise.allSettled(commits);
    await server.kill();

    for (const result of await outcome) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    }
  });

  it('starts from the cache, and removes what went away meanwhile once it is back', async () => {
    const cacheFile = join(folder, 'config.cache');
    const bus = await galley();
    const revision = await bus.store('config').commit([virtualService('a'), virtualService('b')], []);
    const first = new Recorder(bus, cacheFile);
    await first.reached(revision);
    await first.watch.stop();
    expect((await stat(cacheFile)).mode & 0o777).toBe(0o600);
    await bus.store('config').commit([], [keyOf('a')]);
    await server.kill();

    const pilot = await connect('pilot');
    expect(pilot.connected).toBe(false);
    const second = new Recorder(pilot, cacheFile);
    expect(await second.synced()).toBe(revision);
    expect([...second.held.keys()]).toEqual([keyOf('a'), keyOf('b')]);
    await server.restart();
    await second.reached(revision + 1);

    expect([...second.held.keys()]).toEqual([keyOf('b')]);
    expect(second.changes.map((change) => [change.upserts.length, change.removals])).toEqual([
      [2, []],
      [0, [keyOf('a')]],
    ]);
  });

  it('finds what differs when the stream was lost and made again', async () => {
    const bus = await galley();
    const store = bus.store('config');
    const seen = new Recorder(await connect('pilot'));
    await store.commit([virtualService('a'), virtualService('b')], []);
    await seen.reached(await store.commit([virtualService('c')], []));

    await server.kill();
    await rm(server.storeDir, { recursive: true });
    await server.restart();
    expect(await eventually(() => ensureBuckets(bus))).toEqual(['config', 'endpoints']);
    await store.commit([virtualService('a', 10), virtualService('c')], []);
    await eventually(() => expect([...seen.held.keys()]).toEqual([keyOf('a'), keyOf('c')]));

    expect(seen.changes.flatMap((change) => change.removals)).toEqual([keyOf('b')]);
    expect(seen.watch.revision).toBe(2);
  });
});

describe('the buckets', () => {
  it('are made once, and again changed only in their settings', async () => {
    const bus = await connect('galley');
    expect(await ensureBuckets(bus)).toEqual(['config', 'endpoints']);
    await bus.store('config').commit([virtualService('a')], []);
    expect(await ensureBuckets(bus), 'those that nothing was written to').toEqual(['endpoints']);
  });

  it('can be read as key-value buckets', async () => {
    const bus = await galley();
    await bus.store('config').commit([virtualService('reviews.v1')], []);
    const manager = await jetstreamManager(bus.connection.live(), { checkAPI: false });

    const message = await manager.direct.getMessage('KV_config', { last_by_subj: '$KV.config.virtualservices.default.reviews.v1' });

    expect(message?.json()).toMatchObject({ metadata: { name: 'reviews.v1' } });
  });

  it('have a configuration that lists no user without a password', () => {
    const users: Partial<Record<BusUser, string>> = { galley: 'x' };
    expect(natsServerConfig({ port: 1, storeDir: '/data', passwords: users })).not.toContain('pilot');
  });
});
