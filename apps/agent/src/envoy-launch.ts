import { createHash } from 'node:crypto';
import { durationMs } from '@flotilla/resources';
import { bootstrapOf, type BootstrapOptions } from './bootstrap.ts';
import { envoyArguments } from './envoy-arguments.ts';
import type { ProxyTerms } from './proxy-terms.ts';
import type { Workload } from './workload.ts';

/** All that an Envoy is started with. */
export interface EnvoyLaunch {
  readonly bootstrap: Readonly<Record<string, unknown>>;
  readonly args: readonly string[];
  /** Variables besides those of the agent's own environment. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Istio's default for the time that an Envoy is given to finish. */
const usualDrainSeconds = 5;

/** How long an Envoy may finish what it is at when it is stopped: as its workload says, else as the mesh does. */
export function drainSecondsOf({ drainSeconds }: Workload, terms: ProxyTerms | undefined): number {
  const { terminationDrainDuration } = terms?.config ?? {};
  return drainSeconds ?? (terminationDrainDuration === undefined ? usualDrainSeconds : durationMs(terminationDrainDuration) / 1000);
}

/** How the Envoy of a workload is started under these terms. */
export function launchOf(workload: Workload, terms: ProxyTerms, options: BootstrapOptions & { readonly envoyLogLevel: string }): EnvoyLaunch {
  const { config, labels } = terms;
  return {
    bootstrap: bootstrapOf({ ...workload, labels }, config, options),
    args: envoyArguments(config, { drainSeconds: drainSecondsOf(workload, terms), logLevel: options.envoyLogLevel }),
    environment: config.proxyMetadata ?? {},
  };
}

/** Tells two launches apart. */
export function digestOf(launch: EnvoyLaunch): string {
  return createHash('sha256').update(JSON.stringify(launch)).digest('hex');
}
