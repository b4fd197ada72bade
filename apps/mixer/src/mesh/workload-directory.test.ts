import { resourceKey, type WorkloadEntry } from '@flotilla/resources';
import { FakeClock } from '@flotilla/testing';
import { beforeEach, expect, it } from 'vitest';
import { WorkloadDirectory } from './workload-directory.ts';

const entry = (name: string, address: string, labels: Record<string, string> = {}): WorkloadEntry => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'WorkloadEntry',
  metadata: { name, namespace: 'default', labels: { from: 'metadata' } },
  spec: { address, labels, serviceAccount: 'bookinfo-reviews' },
});
const reviews = entry('reviews-v1', '10.0.0.1', { app: 'reviews' });

let clock: FakeClock;
let directory: WorkloadDirectory;
beforeEach(() => {
  clock = new FakeClock();
  directory = new WorkloadDirectory({ now: () => clock.now(), keepGoneMs: 60_000 });
  directory.apply({ upserts: [reviews], removals: [] });
});

it('knows a workload by its address', () => {
  expect(directory.at('10.0.0.1')).toEqual({
    name: 'reviews-v1',
    namespace: 'default',
    labels: { from: 'metadata', app: 'reviews' },
    serviceAccount: 'bookinfo-reviews',
  });
  expect(directory.at('10.0.0.2')).toBeUndefined();
});

it('takes the name of what a workload belongs to from its label', () => {
  directory.apply({ upserts: [entry('reviews-v1-abc', '10.0.0.3', { 'service.istio.io/workload-name': 'reviews-v1' })], removals: [] });
  expect(directory.at('10.0.0.3')?.name).toBe('reviews-v1');
});

it('still finds a workload for a while after it has gone', () => {
  directory.apply({ upserts: [], removals: [resourceKey(reviews)] });
  clock.advance(59_000);
  directory.apply({ upserts: [], removals: [] });
  expect(directory.at('10.0.0.1')?.name).toBe('reviews-v1');
  clock.advance(2_000);
  directory.apply({ upserts: [], removals: [] });
  expect(directory.at('10.0.0.1')).toBeUndefined();
});

it('gives an address to whoever comes to it', () => {
  const next = entry('ratings-v1', '10.0.0.1');
  directory.apply({ upserts: [next], removals: [resourceKey(reviews)] });
  clock.advance(120_000);
  directory.apply({ upserts: [], removals: [] });
  expect(directory.at('10.0.0.1')?.name).toBe('ratings-v1');

  directory.apply({ upserts: [entry('ratings-v1', '10.0.0.9')], removals: [] });
  expect(directory.at('10.0.0.9')?.name).toBe('ratings-v1');
});
