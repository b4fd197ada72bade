import { messageOf } from '@flotilla/errors';
import type { WorkloadRegistry } from '@flotilla/protos/flotilla/registry/v1/workload_registry_pb.js';
import type { GrpcClient } from '@flotilla/rpc';
import { backoff, delay, type Clock, type Logger } from '@flotilla/runtime';
import type { Workload } from './workload.ts';

export interface RegistrationOptions {
  /** A client that proves the workload's identity. */
  readonly registry: GrpcClient<typeof WorkloadRegistry>;
  readonly workload: Workload;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
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

  async #keepLease(signal: AbortSignal): Promise<void> {
    const { clock, logger, registry, random } = this.#options;
    const waits = backoff({ initialMs: 200, maxMs: 5_000, random });
    for (;;) {
      let waitMs: number;
      try {
        const { leaseSeconds, revision } = await registry.methods.register({ workload: announcement(this.#options.workload) }, { signal });
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
      await delay(clock, waitMs, signal);
      if (signal.aborted) return;
    }
  }
}

function announcement({ namespace, name, address, ports, labels, serviceAccount }: Workload): {
  namespace: string; name: string; address: string; ports: Record<string, number>; labels: Record<string, string>; serviceAccount: string;
} {
  return {
    namespace,
    name,
    address,
    ports: Object.fromEntries(ports.map((port) => [port.name, port.number])),
    labels: { ...labels, ...tlsModeLabel },
    serviceAccount,
  };
}
