import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Starts what takes a mesh down, and lives until it is killed. */
const suite = `
const [module, ...program] = process.argv.slice(1);
import(module).then(({ takingDown }) => {
  takingDown(...program);
  setInterval(() => console.log('a test is running'), 100);
});`;

/** Runs a suite that has a program take down what it makes, as {@link takingDown} does, and kills it. */
export async function killSuite(program: string, ...args: readonly string[]): Promise<void> {
  const running = spawn(process.execPath, ['-e', suite, join(import.meta.dirname, 'taking-down.ts'), program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(running.stdout, 'data');
  running.kill('SIGKILL');
}
