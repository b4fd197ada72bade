import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Cancel, Clock } from './clock.ts';

/** The memory of a program and who collects it. Sizes are in bytes. */
export interface Engine {
  /** What is in use, garbage included. A collection takes about a millisecond for each megabyte. */
  used(): number;
  /** What is held, whether it is in use or not. */
  held(): number;
  /** The CPU time taken since the last call, as a share of the time that went by. */
  busy(): number;
  /** Collects all garbage and gives its memory back. */
  collect(): void;
}

/** How often a program is looked at, in milliseconds. */
const lookMs = 5_000;

/** Who takes less of a CPU than this is at rest; two thousand idle proxies take half of it. */
const rest = 0.02;

/** A program has to have been at rest for one look more with each so many bytes in use: a longer stop wants a longer rest. */
const usedPerLook = 32 * 2 ** 20;

/** With more bytes in use a stop would be too long at any time. */
const largest = 192 * 2 ** 20;

/** As many times what the last collection left has to be held before another is worth its while. */
const growth = 1.25;

/**
 * Collects the garbage that starting, and every burst of work after it, has left, once the program is at rest: V8 waits
 * for as much again before it does, which a program at rest never makes.
 */
export function collectAtRest(clock: Clock, engine: Engine = v8Engine()): Cancel {
  let quiet = 0;
  let left = 0;
  let cancel: Cancel;
  const look = (): void => {
    cancel = clock.after(lookMs, look);
    quiet = engine.busy() < rest ? quiet + 1 : 0;
    const used = engine.used();
    if (used > Math.min(largest, quiet * usedPerLook) || engine.held() < left * growth) return;
    engine.collect();
    left = engine.held();
  };
  cancel = clock.after(lookMs, look);
  return () => cancel();
}

/** This process's. */
export function v8Engine(): Engine {
  let last = { at: performance.now(), cpu: process.cpuUsage() };
  return {
    used: () => getHeapStatistics().used_heap_size,
    held() {
      const { total_heap_size: heap, external_memory: external } = getHeapStatistics();
      return heap + external;
    },
    busy() {
      const { user, system } = process.cpuUsage(last.cpu);
      const tookMs = performance.now() - last.at;
      last = { at: performance.now(), cpu: process.cpuUsage() };
      return (user + system) / 1_000 / tookMs;
    },
    collect() {
      // The one way to V8's collector that no flag of the command line has to open.
      setFlagsFromString('--expose-gc');
      // Only the last resort gives back pages that are empty, and the room for new objects.
      (runInNewContext('gc') as (how: object) => void)({ type: 'major', flavor: 'last-resort' });
      setFlagsFromString('--no-expose-gc');
    },
  };
}
