import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { messageOf } from '@flotilla/errors';
import { delay, type Clock } from '@flotilla/runtime';
import { isAlive, type ProcessRecord } from './process-record.ts';

/** One process of Envoy, from its start to its end. */
export interface RunningEnvoy {
  readonly pid: number | undefined;
  /** Resolves, with how it came about, when the process has ended. */
  readonly ended: Promise<string>;
  signal(signal: 'SIGTERM' | 'SIGKILL'): void;
}

/** How often a process that is not our child is looked at. */
const pollMs = 250;

/**
 * Starts an Envoy whose output goes to `logFile`, or where ours goes. It is a process group of its own: Ctrl-C at a terminal reaches the
 * agent alone, which then drains it; and it outlives an agent that is killed.
 */
export function spawnEnvoy({ program, args, environment, folder, logFile }: {
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly logFile: string | undefined;
}): RunningEnvoy {
  const log = logFile === undefined ? 'inherit' : openSync(logFile, 'a', 0o600);
  try {
    const child = spawn(program, args, { cwd: folder, env: { ...process.env, ...environment }, detached: true, stdio: ['ignore', log, log] });
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(`it could not be started: ${messageOf(error)}`));
      child.once('exit', (code, signal) => resolve(signal === null ? `it ended with code ${code ?? 0}` : `it was ended by ${signal}`));
    });
    return { pid: child.pid, ended, signal: (signal) => void child.kill(signal) };
  } finally {
    if (typeof log === 'number') closeSync(log);
  }
}

/** Takes over an Envoy that an earlier life of the agent started. */
export function adoptEnvoy(record: ProcessRecord, clock: Clock): RunningEnvoy {
  const watch = async (): Promise<string> => {
    while (isAlive(record)) await delay(clock, pollMs);
    return 'it ended';
  };
  return { pid: record.pid, ended: watch(), signal: (signal) => signalProcess(record, signal) };
}

/** Signals the very process that was recorded, where it still runs. */
export function signalProcess(record: ProcessRecord, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (!isAlive(record)) return;
  try {
    process.kill(record.pid, signal);
  } catch {
    // It ended in between.
  }
}

/** Asks a process to end, and ends it where it does not within `graceMs`. */
export async function endEnvoy(envoy: RunningEnvoy, clock: Clock, graceMs = 3_000): Promise<void> {
  envoy.signal('SIGTERM');
  const cancel = clock.after(graceMs, () => envoy.signal('SIGKILL'));
  await envoy.ended;
  cancel();
}
