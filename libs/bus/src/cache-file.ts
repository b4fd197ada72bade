import { appendFile, open, readFile } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { resourceKey, type MeshResource } from '@flotilla/resources';
import { writeFileAtomic } from '@flotilla/runtime';
import { isRecord } from './is-record.ts';
import type { ReplicaState } from './replica.ts';
import type { ResourceChange } from './resource-store.ts';

/** A state as a cache file has it. */
export interface CachedState {
  readonly stream: string;
  readonly revision: number;
  readonly resources: readonly MeshResource[];
}

/** How many resources are encoded or decoded before other work gets its turn. */
const sliceLength = 200;
/** Enough for the first and for the last line of a file. */
const edgeBytes = 1024;

/*
 * A cache file is JSON, one value a line: a header, then resources and the keys of removed ones, and after each state
 * that somebody committed its revision. What follows the last revision was cut off while it was written, and counts for
 * nothing.
 */

/** Writes a whole state to `path` in one step, readable by its owner only; gives the size in bytes. */
export async function writeCache(path: string, { stream, revision, resources }: ReplicaState): Promise<number> {
  const all = [...resources.values()];
  let size = 0;
  const sized = (text: string): string => {
    size += Buffer.byteLength(text);
    return text;
  };
  async function* parts(): AsyncIterable<string> {
    yield sized(line({ stream }));
    for (let start = 0; start < all.length; start += sliceLength) {
      yield sized(all.slice(start, start + sliceLength).map(line).join(''));
      await nextTurn();
    }
    yield sized(line(revision));
  }
  await writeFileAtomic(path, parts(), 0o600);
  return size;
}

/** Adds what came after the state that `path` has; gives how many bytes that was. */
export async function appendToCache(path: string, changes: readonly ResourceChange[]): Promise<number> {
  const text = changes.map(({ upserts, removals, revision }) => [...upserts, ...removals, revision].map(line).join('')).join('');
  await appendFile(path, text, { mode: 0o600 });
  return Buffer.byteLength(text);
}

/** Which state a cache file has, and its size in bytes, without reading it all; undefined where that cannot be told. */
export async function cacheExtent(path: string): Promise<{ stream: string; revision: number; size: number } | undefined> {
  try {
    const [head, tail, size] = await edgesOf(path);
    const header: unknown = JSON.parse(head.split('\n', 1)[0] ?? '');
    const revision = /\n(\d+)\n$/.exec(tail)?.[1];
    return isRecord(header) && typeof header['stream'] === 'string' && revision !== undefined ? { stream: header['stream'], revision: Number(revision), size } : undefined;
  } catch {
    return undefined;
  }
}

/** How a file begins, how it ends, and its size in bytes. */
async function edgesOf(path: string): Promise<[string, string, number]> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const length = Math.min(size, edgeBytes);
    const head = await file.read(Buffer.alloc(length), 0, length, 0);
    const tail = await file.read(Buffer.alloc(length), 0, length, size - length);
    return [head.buffer.toString(), tail.buffer.toString(), size];
  } finally {
    await file.close();
  }
}

/** The state that a cache file has; undefined where there is none or it cannot be read. */
export async function readCache(path: string): Promise<CachedState | undefined> {
  try {
    const [head, ...lines] = (await readFile(path, 'utf8')).split('\n');
    const header: unknown = JSON.parse(head ?? '');
    const last = lines.findLastIndex((text, index) => /^\d+$/.test(text) && index < lines.length - 1);
    if (!isRecord(header) || typeof header['stream'] !== 'string' || last === -1) return undefined;
    const resources = new Map<string, MeshResource>();
    for (const [index, text] of lines.slice(0, last).entries()) {
      const value = JSON.parse(text) as MeshResource | string | number;
      if (typeof value === 'object') resources.set(resourceKey(value), value);
      else if (typeof value === 'string') resources.delete(value);
      if (index % sliceLength === 0) await nextTurn();
    }
    return { stream: header['stream'], revision: Number(lines[last]), resources: [...resources.values()] };
  } catch {
    return undefined;
  }
}

function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
