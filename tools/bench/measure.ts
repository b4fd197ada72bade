import { setTimeout as sleep } from 'node:timers/promises';
import type { AdminApi } from './admin-api.ts';
import type { FleetAnswer, FleetRequest } from './fleet-messages.ts';
import { cpuOf } from './process-usage.ts';
import { Worker } from './worker.ts';

/** One piece of work, over the whole fleet: times in seconds, of all the processes that were asked about. */
export interface Measured {
  /** From the start to the last receipt. */
  readonly seconds: number;
  readonly cpu: number;
  readonly bytes: number;
  readonly messages: number;
}

export type Fleet = Worker<FleetRequest, FleetAnswer>;

/** The process of a fleet, which has no proxies yet. */
export const newFleet = (): Fleet => new Worker('fleet.ts');

/** Resolves when the process of a fleet has started: that is none of what is measured. */
export async function isUp(fleet: Fleet): Promise<void> {
  await fleet.ask({ do: 'report' }, 'report');
}

/** After the last receipt, what is still to come belongs to the same change: answers, and CPU that goes into them. */
const settleMs = 500;
/** Nothing for this long, and a fleet that connects has been sent everything. */
export const quietMs = 2_000;

/** The namespaces of `proxies` proxies, in turns. */
export const spread = (proxies: number, namespaces: number): string[] => Array.from({ length: proxies }, (_, index) => `team-${index % namespaces}`);

/**
 * Connects the fleet, and waits until it has been sent everything: nothing has come for a while, and no server has
 * anything for a proxy that it has not acknowledged.
 */
export async function connectFleet(fleet: Fleet, { servers = [], ...target }: Omit<Extract<FleetRequest, { do: 'connect' }>, 'do'> & { readonly servers?: readonly AdminApi[] }, pids: readonly number[]): Promise<Measured> {
  await isUp(fleet);
  const cpuBefore = cpuOf(pids);
  const startedAt = Date.now();
  await fleet.ask({ do: 'connect', ...target }, 'connecting');
  let [bytes, messages] = [0, 0];
  for (;;) {
    const settled = await fleet.ask({ do: 'settle', quietMs }, 'settled', 600_000);
    bytes += settled.bytes;
    messages += settled.messages;
    const cpu = cpuOf(pids) - cpuBefore;
    if ((await unsynced(servers)) === 0) return { seconds: (settled.lastAt - startedAt) / 1000, cpu, bytes, messages };
  }
}

/** How many proxies of these Pilots have not acknowledged all there is for them. */
async function unsynced(pilots: readonly AdminApi[]): Promise<number> {
  const lists = await Promise.all(pilots.map(async (pilot) => (JSON.parse(await pilot.get('/v1/proxies')) as { readonly items: readonly { readonly state: string }[] }).items));
  return lists.flat().filter(({ state }) => state !== 'SYNCED').length;
}

/** A kind of change. */
export interface Change {
  readonly work: string;
  /** The types of the resources that carry it last to a proxy. */
  readonly types: readonly string[];
  /** What shows up in those, in the n-th round: as bytes, and as Envoy prints it. */
  readonly mark: (round: number) => Uint8Array;
  readonly text: (round: number) => string;
  readonly make: (round: number) => Promise<void> | void;
}

/**
 * Makes a change `rounds` times, each with a mark of its own that every proxy is to receive.
 * @param receivers the proxies that are to receive it, where not all are
 * @returns the median of the times, and the mean of all else
 */
export async function measureChange(fleet: Fleet, pids: readonly number[], rounds: number, { types, mark, make }: Omit<Change, 'work' | 'text'>, receivers?: readonly number[]): Promise<Measured> {
  const seconds: number[] = [];
  await fleet.ask({ do: 'report' }, 'report');
  const cpuBefore = cpuOf(pids);
  for (let round = 1; round <= rounds; round += 1) {
    await fleet.ask({ do: 'watch', mark: mark(round), types, proxies: receivers }, 'watching');
    const seen = fleet.next('seen');
    const startedAt = Date.now();
    const [{ lastAt }] = await Promise.all([seen, make(round)]);
    seconds.push((lastAt - startedAt) / 1000);
    await sleep(settleMs);
  }
  const cpu = (cpuOf(pids) - cpuBefore) / rounds;
  const { bytes, messages } = await fleet.ask({ do: 'report' }, 'report');
  const median = seconds.sort((a, b) => a - b)[Math.floor(seconds.length / 2)] ?? NaN;
  return { seconds: median, cpu, bytes: bytes / rounds, messages: messages / rounds };
}
