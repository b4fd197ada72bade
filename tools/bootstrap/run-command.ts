import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';

/** The output (stdout and stderr) of a short command, or undefined when it cannot be run or fails. */
export function outputOf(command: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(command, args, { timeout: 20_000 }, (error, stdout, stderr) => resolve(error === null ? stdout + stderr : undefined));
  });
}

/**
 * Runs a command to its end and hands each line it prints to `say`.
 * @throws Error with its last lines when it fails, `... is not installed` when there is no such command
 */
export async function runCommand(command: string, args: readonly string[], say: (line: string) => void, env: NodeJS.ProcessEnv = {}): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      for (const line of chunk.split('\n').filter((text) => text.trim() !== '')) {
        lines.push(line);
        say(line);
      }
    });
  }
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(lines.slice(-3).join(' / ') || `${command} ended with ${code ?? 'a signal'}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new Error(`${command} is not installed`, { cause: error });
    throw error;
  }
}
