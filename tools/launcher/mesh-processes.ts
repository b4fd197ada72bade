import { readdirSync, readFileSync } from 'node:fs';

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

/** Ends at once whatever still runs for the mesh; the number of processes ended. */
export function endMeshProcesses(home: string): number {
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
