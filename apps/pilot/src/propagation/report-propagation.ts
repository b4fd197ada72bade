import { randomUUID } from 'node:crypto';
import type { Bus } from '@flotilla/bus';
import type { App } from '@flotilla/runtime';
import type { TrafficServer } from '../traffic-server.ts';
import { PropagationReporter } from './propagation-reporter.ts';

/** Tells Galley, over the bus, how far the configuration has come at the proxies of this Pilot. */
export function reportPropagation(bus: Bus, server: TrafficServer, app: Pick<App, 'clock' | 'onStop'>): void {
  const reports = bus.topic('propagation');
  const reporter = new PropagationReporter({
    pilot: randomUUID(),
    clock: app.clock,
    steps: server.steps,
    standings: () => server.xds.standings(),
    traffic: () => server.traffic,
    tell: (report) => reports.tell(report),
  });
  server.onActivity(() => reporter.touch());
  const forget = bus.topic('propagation-wanted').listen(() => reporter.tellAll());
  app.onStop('reports of propagation', () => {
    forget();
    reporter.stop();
  });
}
