import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@flotilla/runtime';
import { eventually } from '@flotilla/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderWatch } from './folder-watch.ts';

let ground: string;
let root: string;
let watch: FolderWatch;
let told: string[];

beforeEach(async () => {
  ground = await mkdtemp(join(tmpdir(), 'flotilla-folder-watch-'));
  root = join(ground, 'config');
  await mkdir(join(root, 'below/deep'), { recursive: true });
});

afterEach(async () => {
  await watch.close();
  await rm(ground, { recursive: true });
});

async function start(): Promise<void> {
  told = [];
  watch = new FolderWatch(root, systemClock, {
    onFile: (path) => told.push(path),
    onFolder: (path) => told.push(`${path}/`),
    onError: (error) => told.push(String(error)),
  });
  await watch.start();
}

/** Waits until all of these have been told of since the last time. */
async function hear(...paths: string[]): Promise<void> {
  await eventually(() => expect(told).toEqual(expect.arrayContaining(paths)));
  told.length = 0;
}

describe('a watch of a folder', () => {
  it('tells of files in it and below, but not of hidden ones', async () => {
    await mkdir(join(root, '.hidden'));
    await start();
    await writeFile(join(root, '.hidden/a'), 'a');
    await writeFile(join(root, '.b'), 'b');
    await writeFile(join(root, 'c'), 'c');
    await eventually(() => expect(told).toContain('c'));
    expect(told.filter((path) => path !== 'c')).toEqual([]);
    await writeFile(join(root, 'below/deep/d'), 'd');
    await hear('below/deep/d');
    await rm(join(root, 'below/deep/d'));
    await hear('below/deep/d');
  });

  it('follows folders that are made, moved in, moved away and removed', async () => {
    await start();
    await mkdir(join(root, 'new/er'), { recursive: true });
    await hear('new/');
    await eventually(async () => {
      await writeFile(join(root, 'new/er/a'), 'a');
      expect(told).toContain('new/er/a');
    });
    await rename(join(root, 'new'), join(ground, 'away'));
    await hear('new/');
    await writeFile(join(ground, 'away/er/a'), 'b');
    await rename(join(ground, 'away'), join(root, 'back'));
    await hear('back/');
    expect(told).not.toContain('new/er/a');
    await rm(join(root, 'back'), { recursive: true });
    await hear('back/');
  });

  it('goes on when the folder itself is replaced, or comes back', async () => {
    await start();
    await rename(root, join(ground, 'old'));
    await hear('/');
    await mkdir(root);
    await hear('/');
    await eventually(async () => {
      await writeFile(join(root, 'a'), 'a');
      expect(told).toContain('a');
    });
    await writeFile(join(ground, 'old/below/b'), 'b');
    await writeFile(join(root, 'c'), 'c');
    await eventually(() => expect(told).toContain('c'));
    expect(told).not.toContain('below/b');
  });

  it('takes the swap of a link that Kubernetes mounts files by for a change of the whole folder', async () => {
    await mkdir(join(root, '..first'));
    await mkdir(join(root, '..second'));
    await symlink('..first', join(root, '..data'));
    await start();
    await symlink('..second', join(root, '..data_tmp'));
    await rename(join(root, '..data_tmp'), join(root, '..data'));
    await hear('/');
  });
});
