import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  /** Kubernetes Secrets, put there by users. */
  readonly credentials: string;
  /** Lets another launcher have the home. */
  release(): void;
}

/** When a process began, in the kernel's ticks; undefined when it has ended. Process ids come again, together with this they do not. */
function beginningOf(pid: string): string | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
    return 'ZX'.includes(fields[0] ?? 'X') ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function lock(file: string, root: string): void {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${process.pid} ${beginningOf('self') ?? ''}`, { mode: 0o600 });
  try {
    while (!linked(draft, file)) refuseOrClear(file, root);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Gives `draft` the name `file` as well, at once and whole; false when there is one of that name. */
function linked(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Takes away the lock of a launcher that has ended; throws when it has not. */
function refuseOrClear(file: string, root: string): void {
  const [holder = '', beginning = ''] = readFileSync(file, 'utf8').split(' ');
  if (beginning !== '' && beginningOf(holder) === beginning) {
    throw new FlotillaError('CONFLICT', `A mesh is running already with ${root} as its home (process ${holder}). Stop it, or give this one a home of its own with --home DIR.`);
  }
  rmSync(file, { force: true });
}

/**
 * Makes the folders of a mesh and takes them for this process.
 * @throws FlotillaError CONFLICT while another launcher has them
 */
export function openHome(root: string): Home {
  const folder = (name: string): string => join(root, name);
  const home = { root, run: folder('run'), data: folder('data'), logs: folder('logs'), credentials: folder('credentials') };
  for (const path of [home.run, home.data, home.logs, home.credentials]) mkdirSync(path, { recursive: true, mode: 0o700 });
  const file = join(home.run, 'launcher.pid');
  lock(file, root);
  return { ...home, release: () => rmSync(file, { force: true }) };
}
