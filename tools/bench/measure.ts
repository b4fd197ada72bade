import { setTimeout as sleep } from 'node:timers/promises';
import type { FleetAnswer, FleetRequest } from './fleet-messages.ts';
import { cpuSeconds } from './process-usage.ts';
import type { Worker } from './worker.ts';

/** One piece of work, over the whole fleet: times in seconds, of all the processes that were asked about. */
export interface Measured {
  /** From the start to the last receipt. */
  readonly seconds: number;
  readonly cpu: number;
  readonly bytes: number;
  readonly messages: number;
}

export type Fleet = Worker<FleetRequest, FleetAnswer>;

/** After the last receipt, what is still to come belongs to the same change: answers, and CPU that goes into them. */
const settleMs = 500;

const cpuOf = (pids: readonly number[]): number => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);

/** Connects the fleet, and waits until nothing has come for a while. */
export async function connectFleet(fleet: Fleet, target: Omit<Extract<FleetRequest, { do: 'connect' }>, 'do' | 'quietMs'>, pids: readonly number[]): Promise<Measured> {
  const cpuBefore = cpuOf(pids);
  const startedAt = Date.now();
  const { lastAt, bytes, messages } = await fleet.ask({ do: 'connect', quietMs: 2_000, ...target }, 'connected');
  return { seconds: (lastAt - startedAt) / 1000, cpu: cpuOf(pids) - cpuBefore, bytes, messages };
}

/**
 * Makes a change `rounds` times, each with a mark of its own that every proxy is to receive.
 * @returns the median of the times, and the mean of all else
 */
export async function measureChange(fleet: Fleet, pids: readonly number[], marks: readonly string[], change: (mark: string) => void): Promise<Measured> {
  const seconds: number[] = [];
  await fleet.ask({ do: 'report' }, 'report');
  const cpuBefore = cpuOf(pids);
  for (const mark of marks) {
    await fleet.ask({ do: 'watch', mark }, 'watching');
    const seen = fleet.next('seen');
    const startedAt = Date.now();
    change(mark);
    seconds.push(((await seen).lastAt - startedAt) / 1000);
    await sleep(settleMs);
  }
  const cpu = (cpuOf(pids) - cpuBefore) / marks.length;
  const { bytes, messages } = await fleet.ask({ do: 'report' }, 'report');
  const median = seconds.sort((a, b) => a - b)[Math.floor(seconds.length / 2)] ?? NaN;
  return { seconds: median, cpu, bytes: bytes / marks.length, messages: messages / marks.length };
}
