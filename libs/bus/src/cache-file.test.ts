import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { FakeClock } from '@flotilla/testing';
import { resourceKey, type MeshResource } from '@flotilla/resources';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendToCache, cacheExtent, readCache, writeCache } from './cache-file.ts';
import { CacheKeeper } from './cache-keeper.ts';
import type { ReplicaState } from './replica.ts';
import type { ResourceChange } from './resource-store.ts';
import { keyOf, silent, virtualService } from './testing/fixtures.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flotilla-cache-'));
  path = join(folder, 'config.json');
});

afterEach(() => rm(folder, { recursive: true }));

/** A state as a replica has it, brought forward by changes. */
class Model {
  readonly resources = new Map<string, MeshResource>();
  revision = 0;

  get state(): ReplicaState {
    return { stream: 'one', revision: this.revision, resources: this.resources };
  }

  change(upserts: readonly MeshResource[], removals: readonly string[]): ResourceChange {
    this.revision += 1;
    for (const resource of upserts) this.resources.set(resourceKey(resource), resource);
    for (const key of removals) this.resources.delete(key);
    return { upserts, removals, revision: this.revision };
  }
}

const name = fc.constantFrom('a', 'b', 'c', 'ü');
const step = fc.record({ upserts: fc.uniqueArray(name), weight: fc.nat(9), removals: fc.uniqueArray(name) });

describe('a cache file', () => {
  it('gives, wherever it was cut off, the last state that is whole in it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 6 }), fc.array(step, { maxLength: 6 }), fc.double({ min: 0, max: 1, noNaN: true }), async (before, after, share) => {
        const model = new Model();
        const next = ({ upserts, weight, removals }: (typeof before)[number]): ResourceChange =>
          model.change(upserts.map((each) => virtualService(each, weight)), removals.filter((each) => !upserts.includes(each)).map(keyOf));
        before.forEach(next);
        const begun = await writeCache(path, model.state);
        const states = new Map([[model.revision, [...model.resources.values()]]]);
        let size = begun;
        for (const one of after) {
          size += await appendToCache(path, [next(one)]);
          states.set(model.revision, [...model.resources.values()]);
        }
        expect((await stat(path)).size).toBe(size);
        expect(await cacheExtent(path)).toEqual({ stream: 'one', revision: model.revision, size });

        const cut = begun + Math.floor(share * (size - begun));
        await truncate(path, cut);
        const read = await readCache(path);
        expect(read).toBeDefined();
        const sorted = (resources: readonly MeshResource[] = []): unknown[] => [...resources].sort((one, other) => (resourceKey(one) < resourceKey(other) ? -1 : 1));
        expect(sorted(read?.resources)).toEqual(sorted(states.get(read?.revision ?? -1)));
        if (cut === size) expect(read?.revision).toBe(model.revision);
      }),
      { numRuns: 50 },
    );
  });

  it('is nothing where it is not one', async () => {
    expect([await readCache(path), await cacheExtent(path)]).toEqual([undefined, undefined]);
    await writeFile(path, '{"stream":"one"}\n{"kind":');
    expect([await readCache(path), await cacheExtent(path)]).toEqual([undefined, undefined]);
  });
});

describe('a cache keeper', () => {
  it('adds what changed, and writes all of it only when the additions outgrow it', async () => {
    const model = new Model();
    const keep = async (...changes: ResourceChange[]): Promise<string> => {
      for (const change of changes) keeper.take(change);
      await keeper.flush();
      return readFile(path, 'utf8');
    };
    const keeper = new CacheKeeper({ path, state: () => model.state, clock: new FakeClock(), logger: silent });
    const whole = await keep(model.change([virtualService('a'), virtualService('b')], []));
    const added = await keep(model.change([virtualService('a', 5)], [keyOf('b')]), model.change([virtualService('c')], []));
    expect(added.startsWith(whole)).toBe(true);
    expect((await readCache(path))?.resources).toEqual([virtualService('a', 5), virtualService('c')]);

    const large = virtualService('x'.repeat(600_000));
    for (const weight of [1, 2]) await keep(model.change([virtualService('a', weight)], []), model.change([large], []));
    const anew = await keep(model.change([virtualService('a', 3)], []));
    expect(anew.match(/"name":"x/g)).toHaveLength(1);
    expect(await readCache(path)).toEqual({ stream: 'one', revision: model.revision, resources: [...model.resources.values()] });
  });

  it('writes all there is when a process that has just read it has settled, and what changes then within a second', async () => {
    const model = new Model();
    const clock = new FakeClock();
    const deep = join(folder, 'deep', 'config.json');
    const keeper = new CacheKeeper({ path: deep, state: () => model.state, clock, logger: silent });
    const kept = async (): Promise<number | undefined> => (await readCache(deep))?.resources.length;
    keeper.take(model.change([virtualService('a')], []));
    clock.advance(9_000);
    keeper.take(model.change([virtualService('b')], []));
    expect(await kept()).toBeUndefined();
    clock.advance(1_000);
    await keeper.flush();
    expect(await kept()).toBe(2);
    keeper.take(model.change([virtualService('c')], []));
    clock.advance(1_000);
    await keeper.flush();
    expect(await kept()).toBe(3);
  });

  it('leaves a file alone that has the state already', async () => {
    const model = new Model();
    model.change([virtualService('a')], []);
    await writeCache(path, model.state);
    const before = await stat(path);
    const keeper = new CacheKeeper({ path, state: () => model.state, clock: new FakeClock(), logger: silent });
    keeper.take({ upserts: [virtualService('a')], removals: [], revision: model.revision });
    await keeper.flush();
    expect((await stat(path)).ino).toBe(before.ino);
    keeper.take(model.change([virtualService('b')], []));
    await keeper.flush();
    expect((await readCache(path))?.resources).toHaveLength(2);
  });
});
