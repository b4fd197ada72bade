import { Counter, Gauge, Histogram, type Registry } from '@flotilla/admin';
import { kinds } from '@flotilla/resources';
import type { OnWrite } from './write/writer.ts';

/** What the gauges look at when they are read. */
export interface Observed {
  readonly count: (kind: string) => number;
  readonly connected: () => boolean;
  readonly leases: () => number;
  readonly problems: () => number;
}

/** Adds Galley's metrics to `registry`; gives what writes are to be told to. */
export function createMetrics(registry: Registry, observed: Observed): OnWrite {
  const registers = [registry];
  const gauge = (name: string, help: string, value: () => number): void => {
    new Gauge({ name, help, registers, collect() { this.set(value()); } });
  };
  new Gauge({
    name: 'galley_resources',
    help: 'Resources in force, by kind.',
    labelNames: ['kind'],
    registers,
    collect() {
      for (const { kind } of kinds) this.set({ kind }, observed.count(kind));
    },
  });
  gauge('galley_store_connected', 'Whether NATS can be reached: 1 or 0.', () => Number(observed.connected()));
  gauge('galley_registered_workloads', 'Workloads whose agents hold a lease.', observed.leases);
  gauge('galley_file_problems', 'Problems with the files of the watched folder.', observed.problems);
  const writes = new Counter({ name: 'galley_writes_total', help: 'Writes, by the code of their outcome.', labelNames: ['outcome'], registers });
  const durations = new Histogram({
    name: 'galley_write_duration_seconds',
    help: 'From when a write came in until it was stored, with the wait for its turn.',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers,
  });
  return (outcome, ms) => {
    writes.inc({ outcome });
    durations.observe(ms / 1000);
  };
}
