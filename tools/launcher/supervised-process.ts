import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { type Backoff, type Cancel, type Clock } from '@flotilla/runtime';

/** A program to keep running. */
export interface Program {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Milliseconds it may take to stop by itself. */
  readonly stopWithinMs: number;
}

export interface Supervision {
  readonly clock: Clock;
  readonly backoff: Backoff;
  readonly logFile: string;
  /** Called with the process id of every start. */
  readonly onStart: (pid: number) => void;
  /** Called when the program ended though nobody asked it to. False: it shall stay down. */
  readonly onEnd: (how: string) => boolean;
}

/** How long a program has to run for its next restart to be prompt again. */
const settledAfterMs = 10_000;

/** One program in a process group of its own, started again with back-off when it dies. */
export class SupervisedProcess {
  readonly program: Program;
  readonly #supervision: Supervision;
  #child: ChildProcess | undefined;
  #cancelRestart: Cancel | undefined;
  #stopping = false;

  constructor(program: Program, supervision: Supervision) {
    this.program = program;
    this.#supervision = supervision;
  }

  start(): void {
    const { command, args, env } = this.program;
    const { clock, backoff, logFile, onStart } = this.#supervision;
    const log = openSync(logFile, 'a', 0o600);
    const child = spawn(command, args, { env, detached: true, stdio: ['ignore', log, log] });
    closeSync(log);
    this.#child = child;
    if (child.pid !== undefined) onStart(child.pid);
    const cancelSettled = clock.after(settledAfterMs, () => backoff.reset());
    child.once('error', (error) => this.#ended(error.message, cancelSettled));
    child.once('exit', (code, signal) => this.#ended(signal ?? `exit code ${code ?? 0}`, cancelSettled));
  }

  #ended(how: string, cancelSettled: Cancel): void {
    cancelSettled();
    this.#child = undefined;
    if (this.#stopping || !this.#supervision.onEnd(how)) return;
    this.#cancelRestart = this.#supervision.clock.after(this.#supervision.backoff.next(), () => this.start());
  }

  /** Asks the program to stop (SIGTERM), ends its whole group past the deadline, and waits for its end. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#cancelRestart?.();
    const child = this.#child;
    if (child?.pid === undefined) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const cancel = this.#supervision.clock.after(this.program.stopWithinMs, () => this.kill());
    await ended;
    cancel();
  }

  /** Ends the program's whole process group at once. */
  kill(): void {
    this.#stopping = true;
    this.#cancelRestart?.();
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // ended meanwhile
    }
  }

  /** The last lines of its log. */
  lastLines(count: number): string {
    return readFileSync(this.#supervision.logFile, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
  }
}
