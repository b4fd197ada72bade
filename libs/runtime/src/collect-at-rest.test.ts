import { setTimeout as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from './clock.ts';
import { collectAtRest, v8Engine } from './collect-at-rest.ts';

const megabyte = 2 ** 20;

/** A program whose memory and work a test decides on; half of what it holds is garbage. */
function program(heldMegabytes: number) {
  const state = { held: heldMegabytes * megabyte, busy: 0, collections: 0 };
  const cancel = collectAtRest(systemClock, {
    used: () => state.held,
    held: () => state.held,
    busy: () => state.busy,
    collect() {
      state.held /= 2;
      state.collections += 1;
    },
  });
  return { state, cancel };
}

describe('a program', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('collects once what starting has left, and again after a burst', () => {
    const { state } = program(30);
    vi.advanceTimersByTime(60_000);
    expect(state.collections).toBe(1);
    state.held = 31 * megabyte;
    vi.advanceTimersByTime(60_000);
    expect(state.collections).toBe(2);
  });

  it('leaves a program alone that has something to do, or that holds little more than before', () => {
    const { state } = program(30);
    state.busy = 0.03;
    vi.advanceTimersByTime(60_000);
    expect(state.collections).toBe(0);
    state.busy = 0;
    vi.advanceTimersByTime(5_000);
    expect(state.collections).toBe(1);
    state.held = 18 * megabyte;
    vi.advanceTimersByTime(60_000);
    expect(state.collections).toBe(1);
  });

  it('waits for a longer rest where collecting takes longer, and stops no program for too long', () => {
    const { state } = program(100);
    vi.advanceTimersByTime(15_000);
    state.busy = 1;
    vi.advanceTimersByTime(5_000);
    state.busy = 0;
    vi.advanceTimersByTime(15_000);
    expect(state.collections).toBe(0);
    vi.advanceTimersByTime(5_000);
    expect(state.collections).toBe(1);
    state.held = 300 * megabyte;
    vi.advanceTimersByTime(3_600_000);
    expect(state.collections).toBe(1);
  });

  it('looks no more once it is called off', () => {
    const { state, cancel } = program(30);
    cancel();
    vi.advanceTimersByTime(60_000);
    expect(state.collections).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});

it('has V8 collect everything that nobody holds', async () => {
  const garbage = new WeakRef({});
  // What was made or looked at in one turn of the event loop lives until the next.
  await turn(1);
  v8Engine().collect();
  expect(garbage.deref()).toBeUndefined();
});

it('tells work from rest', async () => {
  const engine = v8Engine();
  for (const until = performance.now() + 20; performance.now() < until; );
  await turn(1);
  expect(engine.busy()).toBeGreaterThan(0.5);
  expect(engine.held()).toBeGreaterThan(engine.used());
});
