import { durationMs, type ProxySettings } from '@flotilla/resources';

/** Envoys do little beside most workloads: more worker threads only where somebody asks for them. */
const usualConcurrency = 1;

/**
 * The command line of an Envoy, which is started in the folder of its `bootstrap.json`.
 *
 * @param drainSeconds how long listeners that are replaced finish what they are at, where the settings do not say
 */
export function envoyArguments({ concurrency = usualConcurrency, drainDuration }: Pick<ProxySettings, 'concurrency' | 'drainDuration'>, { drainSeconds, logLevel }: { readonly drainSeconds: number; readonly logLevel: string }): string[] {
  const drain = drainDuration === undefined ? drainSeconds : durationMs(drainDuration) / 1000;
  return [
    '--config-path', 'bootstrap.json',
    // Without the shared memory of hot restart, any number of Envoys live on one machine.
    '--disable-hot-restart',
    // Left alone, Envoy takes a thread for each core.
    ...(concurrency === 0 ? [] : ['--concurrency', String(concurrency)]),
    '--drain-time-s', String(Math.max(1, Math.ceil(drain))),
    '--drain-strategy', 'immediate',
    '--log-level', logLevel,
    // Otherwise every push is a warning a route: fields without a full successor yet, as that for gRPC's deadlines, are deprecated.
    '--component-log-level', 'misc:error',
  ];
}
