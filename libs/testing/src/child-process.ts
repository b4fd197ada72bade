import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A real program under test, with what it printed. */
export interface TestProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  output(): string;
  /** True once the program has ended. */
  ended(): boolean;
  /** Sends the signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts `command`; its output is kept in memory and shown by errors. It dies with the test process. */
export function startProcess(command: string, args: readonly string[], options: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {}): TestProcess {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...options.env }, ...(options.cwd === undefined ? {} : { cwd: options.cwd }) });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-200_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const exited = once(child, 'exit').catch(() => undefined);
  child.on('error', (error) => keep(Buffer.from(String(error))));
  const ended = (): boolean => child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
  const killAtExit = (): void => void child.kill('SIGKILL');
  process.once('exit', killAtExit);
  return {
    child,
    pid: child.pid ?? -1,
    output: () => output,
    ended,
    async stop(signal = 'SIGTERM') {
      process.removeListener('exit', killAtExit);
      if (ended()) return;
      child.kill(signal);
      await exited;
    },
  };
}
