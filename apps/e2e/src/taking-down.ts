import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/**
 * Starts a program that takes down what a suite makes. It is a process of its own, which also does so when this one is
 * interrupted, or killed; it begins by waiting for {@link endOfSuite}.
 *
 * @returns has it do so now, and rejects when it fails
 */
export function takingDown(program: string, ...args: readonly string[]): () => Promise<void> {
  const running = spawn(process.execPath, [program, ...args], { detached: true, stdio: ['pipe', 'inherit', 'inherit'] });
  return async () => {
    running.stdin.end();
    const [code] = (await once(running, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`what the suite has made could not be taken down: ${program} ${args.join(' ')}`);
  };
}

/** In such a program: waits until its input ends, which it does with the process that holds its other end, however that ended. */
export async function endOfSuite(): Promise<void> {
  // An interrupted terminal tells all its programs; what is left to do is then begun by the end of the input.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  await text(process.stdin);
}
