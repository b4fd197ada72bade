import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { FlotillaError } from '@flotilla/errors';

/** The folders of one mesh. */
export interface Home {
  readonly root: string;
  /** What describes the running mesh, and its credentials. */
  readonly run: string;
  /** State that outlives a stop. */
  readonly data: string;
  readonly logs: string;
  /** Lets another launcher have the home. */
  release(): void;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function lock(file: string, root: string): void {
  for (;;) {
    try {
      const descriptor = openSync(file, 'wx', 0o600);
      writeSync(descriptor, String(process.pid));
      closeSync(descriptor);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = Number(readFileSync(file, 'utf8'));
    if (holder > 0 && isAlive(holder)) {
      throw new FlotillaError('CONFLICT', `A mesh is running already with ${root} as its home (process ${holder}). Stop it, or give this one a home of its own with --home DIR.`);
    }
    rmSync(file, { force: true });
  }
}

/**
 * Makes the folders of a mesh and takes them for this process.
 * @throws FlotillaError CONFLICT while another launcher has them
 */
export function openHome(root: string): Home {
  const folder = (name: string): string => join(root, name);
  const home = { root, run: folder('run'), data: folder('data'), logs: folder('logs') };
  for (const path of [home.run, home.data, home.logs]) mkdirSync(path, { recursive: true, mode: 0o700 });
  const file = join(home.run, 'launcher.pid');
  lock(file, root);
  return { ...home, release: () => rmSync(file, { force: true }) };
}
