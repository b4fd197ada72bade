import { isDeepStrictEqual } from 'node:util';
import type { JsonObject, MessageInitShape } from '@bufbuild/protobuf';
import { messageOf } from '@flotilla/errors';
import type { WorkloadRegistry, WorkloadSchema } from '@flotilla/protos/flotilla/registry/v1/workload_registry_pb.js';
import type { ReadinessProbe } from '@flotilla/resources';
import type { GrpcClient } from '@flotilla/rpc';
import { backoff, delay, type Clock, type Logger } from '@flotilla/runtime';
import { watchHealth, type HealthFinding } from './probes/health-watch.ts';
import { runProbe } from './probes/run-probe.ts';
import type { Workload } from './workload.ts';

export interface RegistrationOptions {
  /** A client that proves the workload's identity. */
  readonly registry: GrpcClient<typeof WorkloadRegistry>;
  readonly workload: Workload;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  /** Whether the probe of its group may run programs. */
  readonly execProbes: boolean;
}

/** What Pilot tells a workload with a sidecar by, among those without: Istio's label. */
const tlsModeLabel = { 'security.istio.io/tlsMode': 'istio' };

/** The lease is renewed this many times before it would run out. */
const renewalsInLease = 3;

/** How long the last call, when the workload goes, may take. */
const deregisterDeadlineMs = 2_000;

/** A workload's lease at Galley: announced and renewed for as long as it serves, taken back when it does not. */
export class Registration {
  readonly #options: RegistrationOptions;
  #renewal: AbortController | undefined;
  #running: Promise<void> = Promise.resolve();
  #registered = false;
  /** A request was under way when it was called off: nobody knows whether it was heard. */
  #asked = false;
  #failure: string | undefined;
  #probing: { readonly probe: JsonObject; readonly end: AbortController } | undefined;
  #health: HealthFinding | undefined;
  /** Ends the wait for the next renewal. */
  #hurry = new AbortController();

  constructor(options: RegistrationOptions) {
    this.#options = options;
  }

  /** Whether Galley has it, as far as is known. */
  get registered(): boolean {
    return this.#registered;
  }

  /** Why the last attempt failed; undefined where it did not. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** What the probe of its group found out last; undefined where there is no such probe, or it found nothing out yet. */
  get health(): HealthFinding | undefined {
    return this.#health;
  }

  /** Announces the workload and keeps the lease; does nothing where it does already. */
  begin(): void {
    if (this.#renewal !== undefined) return;
    const renewal = new AbortController();
    this.#renewal = renewal;
    this.#running = this.#keepLease(renewal.signal);
  }

  /** Ends the lease. A Galley that is away lets it go by itself. */
  async withdraw(): Promise<void> {
    if (this.#renewal === undefined) return;
    const { registry, workload, logger } = this.#options;
    this.#renewal.abort();
    this.#renewal = undefined;
    await this.#running;
    this.#probe(undefined);
    if (!this.#registered && !this.#asked) return;
    this.#registered = false;
    this.#asked = false;
    try {
      await registry.methods.deregister({ namespace: workload.namespace, name: workload.name }, { deadlineMs: deregisterDeadlineMs });
      logger.info('deregistered');
    } catch (error) {
      logger.warn({ reason: messageOf(error) }, 'could not deregister, the lease will run out');
    }
  }

  /** Probes as the workload's group says now; each finding is told at once. */
  #probe(wanted: JsonObject | undefined): void {
    if (isDeepStrictEqual(wanted, this.#probing?.probe)) return;
    this.#probing?.end.abort();
    this.#health = undefined;
    if (wanted === undefined) {
      this.#probing = undefined;
      return;
    }
    const { workload, clock, logger, execProbes } = this.#options;
    const end = new AbortController();
    this.#probing = { probe: wanted, end };
    const probe: ReadinessProbe = wanted;
    void watchHealth({
      probe,
      run: (signal) => runProbe(probe, { workload, programs: execProbes }, signal),
      clock,
      signal: end.signal,
      onFinding: (finding) => {
        logger.info(finding, finding.healthy ? 'the workload is healthy' : 'the workload is not healthy');
        this.#health = finding;
        this.#hurry.abort();
      },
    });
  }

  async #keepLease(signal: AbortSignal): Promise<void> {
    const { clock, logger, registry, random } = this.#options;
    const waits = backoff({ initialMs: 200, maxMs: 5_000, random });
    for (;;) {
      let waitMs: number;
      try {
        this.#hurry = new AbortController();
        const health = this.#health;
        const { leaseSeconds, revision, probe } = await registry.methods.register({ workload: announcement(this.#options.workload), ...(health === undefined ? {} : { health }) }, { signal });
        this.#probe(probe);
        if (!this.#registered || this.#failure !== undefined) logger.info({ leaseSeconds, revision: String(revision) }, 'registered');
        this.#registered = true;
        this.#failure = undefined;
        waits.reset();
        // Spread, so that many who registered at once do not renew at once.
        waitMs = (leaseSeconds * 1000 * (0.75 + random() / 4)) / renewalsInLease;
      } catch (error) {
        this.#asked = signal.aborted;
        if (signal.aborted) return;
        waitMs = waits.next();
        if (this.#failure === undefined) logger.warn({ reason: messageOf(error) }, 'could not register, trying again');
        this.#failure = messageOf(error);
      }
      await delay(clock, waitMs, AbortSignal.any([signal, this.#hurry.signal]));
      if (signal.aborted) return;
    }
  }
}

function announcement({ namespace, name, address, ports, labels, serviceAccount, locality = '', network = '', weight = 0, group = '' }: Workload): MessageInitShape<typeof WorkloadSchema> {
  return {
    namespace,
    name,
    address,
    ports: Object.fromEntries(ports.map((port) => [port.name, port.number])),
    labels: { ...labels, ...tlsModeLabel },
    serviceAccount,
    locality,
    network,
    weight,
    group,
  };
}
