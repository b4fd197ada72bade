import type { ReadinessProbe } from '@flotilla/resources';
import { delay, type Clock } from '@flotilla/runtime';

/** What was found out of a workload. */
export interface HealthFinding {
  readonly healthy: boolean;
  /** Why it is not; empty where it is. */
  readonly message: string;
}

export interface HealthWatchOptions {
  readonly probe: ReadinessProbe;
  /** Probes once, in the time it is given; gives why the workload is not ready, undefined where it is. */
  readonly run: (signal: AbortSignal) => Promise<string | undefined>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told when the workload is found healthy, or not, and was not found so before. */
  readonly onFinding: (finding: HealthFinding) => void;
}

/** Kubernetes' defaults. */
const usual = { initialDelaySeconds: 0, timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };

/** Probes a workload again and again until `signal` is aborted; a finding takes as many probes in a row as the probe demands. */
export async function watchHealth({ probe, run, clock, signal, onFinding }: HealthWatchOptions): Promise<void> {
  const { initialDelaySeconds, timeoutSeconds, periodSeconds, successThreshold, failureThreshold } = withDefaults(probe);
  let found: boolean | undefined;
  let last: boolean | undefined;
  let inRow = 0;
  await delay(clock, initialDelaySeconds * 1000, signal);
  const over = (): boolean => signal.aborted;
  while (!over()) {
    const timeout = new AbortController();
    const cancel = clock.after(timeoutSeconds * 1000, () => timeout.abort());
    const failure = await run(AbortSignal.any([signal, timeout.signal]));
    cancel();
    if (over()) return;
    const healthy = failure === undefined;
    inRow = healthy === last ? inRow + 1 : 1;
    last = healthy;
    if (healthy !== found && inRow >= (healthy ? successThreshold : failureThreshold)) {
      found = healthy;
      onFinding({ healthy, message: failure ?? '' });
    }
    await delay(clock, periodSeconds * 1000, signal);
  }
}

/** As in Kubernetes, 0 is the same as leaving a number out. */
function withDefaults(probe: ReadinessProbe): typeof usual {
  const numbers = Object.keys(usual) as (keyof typeof usual)[];
  return Object.fromEntries(numbers.map((name) => [name, probe[name] || usual[name]])) as typeof usual;
}
