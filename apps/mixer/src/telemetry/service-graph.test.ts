import { FakeClock } from '@flotilla/testing';
import { beforeEach, expect, it } from 'vitest';
import { connectionLabelNames, type ConnectionLabels } from './labels.ts';
import { ServiceGraph } from './service-graph.ts';

const labels = (over: Partial<ConnectionLabels>): ConnectionLabels => ({
  ...(Object.fromEntries(connectionLabelNames.map((name) => [name, 'unknown'])) as ConnectionLabels),
  reporter: 'source',
  source_workload: 'productpage-v1',
  destination_workload: 'reviews-v1',
  ...over,
});
const fine = { failed: false, durationMs: 10 };

let clock: FakeClock;
let graph: ServiceGraph;
beforeEach(() => {
  clock = new FakeClock();
  graph = new ServiceGraph({ now: () => clock.now(), edgeLimit: 3 });
});

it('tells rates and durations of the last minute, and counts of all time', () => {
  for (let i = 0; i < 100; i++) graph.record(labels({}), fine);
  clock.advance(300_000);
  for (let i = 0; i < 60; i++) {
    clock.advance(1_000);
    graph.record(labels({}), { failed: i % 2 === 0, durationMs: 30 });
  }
  const [edge] = graph.edges();
  expect(edge).toMatchObject({ requests: 160, errors: 30, meanDurationMs: 30, lastSeen: new Date(clock.now()).toISOString() });
  expect(edge?.requestsPerSecond).toBeCloseTo(1, 1);
  expect(edge?.errorsPerSecond).toBeCloseTo(0.5, 1);
});

it('counts a call once when both sides report it', () => {
  graph.record(labels({}), fine);
  graph.record(labels({ reporter: 'destination' }), fine);
  graph.record(labels({ reporter: 'destination', source_workload: 'unknown' }), fine);
  expect(graph.edges().map(({ source, requests }) => [source.workload, requests])).toEqual([['productpage-v1', 1], ['unknown', 1]]);
});

it('keeps no more edges than allowed, and forgets those nobody uses', () => {
  for (const destination_workload of ['a', 'b', 'c', 'd']) graph.record(labels({ destination_workload }), fine);
  expect(graph.edges().map(({ destination }) => destination.workload)).toEqual(['a', 'b', 'c']);
  clock.advance(3_000_000);
  graph.record(labels({ destination_workload: 'b' }), fine);
  clock.advance(1_000_000);
  expect(graph.edges().map(({ destination }) => destination.workload)).toEqual(['b']);
});
