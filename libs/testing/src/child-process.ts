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

export interface StartOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Signals go to the program and all it started, as from a terminal's Ctrl-C. */
  readonly foreground?: boolean;
}

/** Starts `command`; its output is kept in memory and shown by errors. It dies with the test process. */
export function startProcess(command: string, args: readonly string[], { env, cwd, foreground = false }: StartOptions = {}): TestProcess {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env }, detached: foreground, ...(cwd === undefined ? {} : { cwd }) });
  const send = (signal: NodeJS.Signals): void => {
    if (foreground && child.pid !== undefined) process.kill(-child.pid, signal);
    else child.kill(signal);
  };
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-200_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const exited = once(child, 'exit').catch(() => undefined);
  child.on('error', (error) => keep(Buffer.from(String(error))));
  const ended = (): boolean => child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
  const killAtExit = (): void => send('SIGKILL');
  process.once('exit', killAtExit);
  return {
    child,
    pid: child.pid ?? -1,
    output: () => output,
    ended,
    async stop(signal = 'SIGTERM') {
      process.removeListener('exit', killAtExit);
      if (ended()) return;
      send(signal);
      await exited;
    },
  };
}
