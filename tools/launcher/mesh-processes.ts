import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** The variable that marks every process of a mesh with the mesh's home; children inherit it. */
export const markVariable = 'FLOTILLA_MESH_HOME';

/** Process ids of all that runs for the mesh with this home, whoever started it. */
export function meshProcesses(home: string): number[] {
  const mark = `${markVariable}=${home}`;
  return readdirSync('/proc').filter((entry) => /^\d+$/.test(entry)).map(Number).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(mark);
    } catch {
      return false; // ended meanwhile, or another user's
    }
  });
}

/**
 * Ends whatever still runs for the mesh and waits until it is gone; the number of processes.
 * The kernel frees the ports of a process that was killed a moment later.
 */
export async function endMeshProcesses(home: string): Promise<number> {
  const ended = killMeshProcesses(home);
  while (meshProcesses(home).length > 0) await sleep(10);
  return ended;
}

/** Kills whatever still runs for the mesh, without waiting; the number of processes. */
export function killMeshProcesses(home: string): number {
  const pids = meshProcesses(home);
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // ended by itself
    }
  }
  return pids.length;
}
