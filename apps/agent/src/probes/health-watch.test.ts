import type { ReadinessProbe } from '@flotilla/resources';
import { FakeClock } from '@flotilla/testing';
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { watchHealth, type HealthFinding } from './health-watch.ts';

/** Runs a watch whose probes end as listed, one a period; gives what was found, in order. */
async function findings(probe: ReadinessProbe, outcomes: readonly (string | undefined)[]): Promise<{ found: HealthFinding[]; times: number[] }> {
  const clock = new FakeClock(0);
  const end = new AbortController();
  const found: HealthFinding[] = [];
  const times: number[] = [];
  const watching = watchHealth({
    probe,
    run: () => {
      times.push(clock.now() / 1000);
      return Promise.resolve(outcomes[times.length - 1]);
    },
    clock,
    signal: end.signal,
    onFinding: (finding) => found.push(finding),
  });
  while (times.length < outcomes.length) {
    await setImmediate();
    clock.advance(1_000);
  }
  await setImmediate();
  end.abort();
  await watching;
  return { found, times };
}

it('finds a workload healthy at once, and not healthy after three failures in a row, as Kubernetes does', async () => {
  const { found } = await findings({ tcpSocket: { port: 1 } }, [undefined, 'one', 'two', undefined, 'one', 'two', 'three', 'four']);
  expect(found).toEqual([{ healthy: true, message: '' }, { healthy: false, message: 'three' }]);
});

it('probes as often as it is told, and takes as many probes for a finding', async () => {
  const { found, times } = await findings({ tcpSocket: { port: 1 }, initialDelaySeconds: 4, periodSeconds: 2, successThreshold: 2, failureThreshold: 1 }, ['no', undefined, 'no', undefined, undefined]);
  expect(found).toEqual([{ healthy: false, message: 'no' }, { healthy: true, message: '' }]);
  expect(times.map((time) => time - (times[0] ?? 0))).toEqual([0, 2, 4, 6, 8]);
  expect(times[0]).toBe(4);
});

it('gives each probe its time and no more', async () => {
  const clock = new FakeClock(0);
  const end = new AbortController();
  const given: AbortSignal[] = [];
  const watching = watchHealth({
    probe: { tcpSocket: { port: 1 }, timeoutSeconds: 3, failureThreshold: 1 },
    run: (signal) => {
      given.push(signal);
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve('late')));
    },
    clock,
    signal: end.signal,
    onFinding: () => end.abort(),
  });
  clock.advance(0);
  await setImmediate();
  clock.advance(2_900);
  expect(given[0]?.aborted).toBe(false);
  clock.advance(200);
  expect(given[0]?.aborted).toBe(true);
  await watching;
});
