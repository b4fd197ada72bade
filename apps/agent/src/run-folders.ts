import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { FlotillaError } from '@flotilla/errors';

/** A unix socket's path holds 107 bytes, unix(7); this is left for the folder. */
const longestSocketFolder = 66;
const longestName = 24;

/** Where the agent keeps what belongs to its Envoys. All absolute. */
export interface RunFolders {
  readonly root: string;
  /** One folder a workload: bootstrap and process record. */
  readonly workloads: string;
  readonly sockets: string;
}

/** Makes the folders, for this user alone. */
export async function openRunFolders(runDir: string): Promise<RunFolders> {
  const root = resolve(runDir);
  const beside = join(root, 'sockets');
  const folders = { root, workloads: join(root, 'workloads'), sockets: beside.length <= longestSocketFolder ? beside : join(tmpdir(), `flotilla-${digest(root)}`) };
  for (const folder of [folders.root, folders.workloads, folders.sockets]) await makePrivate(folder);
  return folders;
}

/** The names of all folders of workloads there are. */
export async function workloadFolders({ workloads }: RunFolders): Promise<string[]> {
  return (await readdir(workloads)).map((name) => join(workloads, name));
}

/** Where the things of one workload are. */
export interface WorkloadPlace {
  readonly folder: string;
  readonly adminSocket: string;
  readonly secretSocket: string;
}

/** The place of the workload `key`; a long name is cut and told apart by a digest. */
export function placeOf(folders: RunFolders, key: string): WorkloadPlace {
  const plain = key.replace('/', '_');
  const name = plain.length <= longestName ? plain : `${plain.slice(0, longestName - 9)}-${digest(key).slice(0, 8)}`;
  return { folder: join(folders.workloads, name), adminSocket: join(folders.sockets, `${name}.admin`), secretSocket: join(folders.sockets, `${name}.sds`) };
}

/** Removes what an Envoy that is stopped left behind. */
export async function clearPlace({ folder, adminSocket, secretSocket }: WorkloadPlace): Promise<void> {
  await Promise.all([rm(folder, { recursive: true, force: true }), rm(adminSocket, { force: true }), rm(secretSocket, { force: true })]);
}

async function makePrivate(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const found = await lstat(folder);
  // In a folder that all may write to, somebody else may have been there first.
  if (!found.isDirectory() || found.uid !== process.getuid?.()) throw new FlotillaError('INVALID_SETTINGS', `${folder} belongs to somebody else`);
  await chmod(folder, 0o700);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
