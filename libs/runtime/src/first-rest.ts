import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Cancel, Clock } from './clock.ts';

/** When a program that has started is at rest, in milliseconds: those that waited for it have connected. */
const restMs = 5_000;

/** Bytes of a heap that is collected within some 30 milliseconds; a larger one belongs to a program that has work to do. */
const largestHeap = 64 * 2 ** 20;

/**
 * Collects once, a while from now, the garbage that starting has made, and gives its memory back: V8 waits for as much
 * again before it does, which a program at rest never makes.
 *
 * @param usedHeap bytes of the heap that are in use
 */
export function collectAtRest(clock: Clock, usedHeap = (): number => getHeapStatistics().used_heap_size): Cancel {
  return clock.after(restMs, () => {
    if (usedHeap() > largestHeap) return;
    // The one way to V8's collector that no flag of the command line has to open.
    setFlagsFromString('--expose-gc');
    // Only the last resort gives back pages that are empty, and the room for new objects.
    (runInNewContext('gc') as (how: object) => void)({ type: 'major', flavor: 'last-resort' });
    setFlagsFromString('--no-expose-gc');
  });
}
