import { execFile } from 'node:child_process';

/**
 * Runs a program, which is to end with code 0.
 * @throws Error with what is wrong
 */
export function probeByProgram([program = '', ...args]: readonly string[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { signal, maxBuffer: 64 * 1024, windowsHide: true }, (error) => {
      if (error === null) resolve();
      else reject(typeof error.code === 'number' ? new Error(`${program} ended with code ${error.code}`) : error);
    });
  });
}
