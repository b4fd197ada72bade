import { expect, it } from 'vitest';
import { envoyArguments } from './envoy-arguments.ts';
import { drainSecondsOf } from './envoy-launch.ts';
import { withDefaults } from './workload.ts';

const valueOf = (args: readonly string[], flag: string): string | undefined => (args.includes(flag) ? args[args.indexOf(flag) + 1] : undefined);

it('takes worker threads and the time of drains from the settings', () => {
  const told = { drainSeconds: 2.5, logLevel: 'info' };
  const concurrency = (settings: Parameters<typeof envoyArguments>[0]) => valueOf(envoyArguments(settings, told), '--concurrency');
  expect([concurrency({}), concurrency({ concurrency: 3 }), concurrency({ concurrency: 0 })]).toEqual(['1', '3', undefined]);
  expect(valueOf(envoyArguments({}, told), '--drain-time-s')).toBe('3');
  expect(valueOf(envoyArguments({ drainDuration: '45s' }, told), '--drain-time-s')).toBe('45');
});

it('lets an Envoy finish for as long as its workload says, else as the mesh says', () => {
  const workload = { name: 'a', address: '127.0.0.1' };
  const terms = { config: { terminationDrainDuration: '1m' }, labels: {} };
  expect(drainSecondsOf(withDefaults({ ...workload, drainSeconds: 1 }), terms)).toBe(1);
  expect(drainSecondsOf(withDefaults(workload), terms)).toBe(60);
  expect(drainSecondsOf(withDefaults(workload), undefined)).toBe(5);
});
