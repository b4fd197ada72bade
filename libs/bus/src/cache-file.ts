import { readFile } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MeshResource } from '@flotilla/resources';
import { writeFileAtomic } from '@flotilla/runtime';
import { isRecord } from './is-record.ts';
import type { ReplicaState } from './replica.ts';

/** How many resources are encoded before other work gets its turn. */
const sliceLength = 200;

/** Writes a state to `path` in one step, readable by its owner only: a header, then a line a resource. */
export async function writeCache(path: string, { stream, revision, resources }: ReplicaState): Promise<void> {
  const entries = [...resources];
  const parts = [`${JSON.stringify({ stream, revision, count: entries.length })}\n`];
  for (let start = 0; start < entries.length; start += sliceLength) {
    for (const entry of entries.slice(start, start + sliceLength)) parts.push(`${JSON.stringify(entry)}\n`);
    await nextTurn();
  }
  await writeFileAtomic(path, parts.join(''), 0o600);
}

/** The state that `writeCache` left at `path`; undefined where there is none or it cannot be read. */
export async function readCache(path: string): Promise<ReplicaState | undefined> {
  try {
    const [head, ...rest] = (await readFile(path, 'utf8')).trimEnd().split('\n');
    const header: unknown = JSON.parse(head ?? '');
    if (!isRecord(header)) return undefined;
    const { stream, revision, count } = header;
    if (typeof stream !== 'string' || typeof revision !== 'number' || count !== rest.length) return undefined;
    return { stream, revision, resources: new Map(rest.map((line) => JSON.parse(line) as [string, MeshResource])) };
  } catch {
    return undefined;
  }
}
