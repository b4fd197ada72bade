import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** An Envoy as a later life of the agent finds it again. */
export interface ProcessRecord {
  readonly pid: number;
  /** When the process started, in clock ticks since boot: a pid alone may have been given to another program. */
  readonly startTime: string;
  /** Of its bootstrap and all else that it was started with. */
  readonly bootstrapDigest: string;
}

/**
 * Notes a process that was started just now, in the folder of `path`, which is there. Done when it returns: an agent that is killed next
 * leaves no process that its successor would not find. The disk is not waited for, for what ends the machine ends the process.
 */
export function writeRecord(path: string, pid: number, bootstrapDigest: string): void {
  const startTime = startTimeOf(pid);
  if (startTime === undefined) return;
  const record: ProcessRecord = { pid, startTime, bootstrapDigest };
  writeFileSync(`${path}.tmp`, JSON.stringify(record), { mode: 0o600 });
  renameSync(`${path}.tmp`, path);
}

/** The noted process where it still runs. */
export async function readRecord(path: string): Promise<ProcessRecord | undefined> {
  try {
    const record = JSON.parse(await readFile(path, 'utf8')) as Partial<ProcessRecord>;
    const { pid, startTime, bootstrapDigest } = record;
    if (typeof pid !== 'number' || typeof startTime !== 'string' || typeof bootstrapDigest !== 'string') return undefined;
    const found = { pid, startTime, bootstrapDigest };
    return isAlive(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

/** Whether this very process still runs. */
export function isAlive({ pid, startTime }: Pick<ProcessRecord, 'pid' | 'startTime'>): boolean {
  return startTimeOf(pid) === startTime;
}

/** From `/proc/<pid>/stat`, proc(5): field 22, counted after the program's name, which may hold anything. */
function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended, though nobody asked how yet.
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
