import { FlotillaError, messageOf } from '@flotilla/errors';
import { delay, type Clock, type Logger } from '@flotilla/runtime';
import type { KubernetesApi } from './kubernetes-api.ts';
import { claimed, released, type LeaseSpec } from './lease.ts';

/** How long a lease holds without a renewal, and how often it is asked for; the first is what others have to wait. */
const durationSeconds = 15;
const retryMs = 2_000;
/** A leader that could not renew for this long stops to be one, well before another can become it. */
const giveUpMs = 10_000;

export interface LeadershipOptions {
  readonly api: Pick<KubernetesApi, 'request'>;
  readonly namespace: string;
  /** What the lease is called. */
  readonly name: string;
  /** Tells this process from every other. */
  readonly identity: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called when this process becomes the leader. */
  readonly onLead: () => void;
}

interface Lease {
  readonly metadata: { readonly resourceVersion?: string };
  readonly spec?: LeaseSpec;
}

/**
 * Makes one of several processes the leader, by a Lease of Kubernetes.
 * https://kubernetes.io/docs/concepts/architecture/leases/
 */
export class Leadership {
  readonly #options: LeadershipOptions;
  readonly #path: string;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  #held: { readonly lease: Lease; readonly since: number } | undefined;
  /** The version of the lease that was seen last, and since when. */
  #seen: { readonly version: string | undefined; readonly since: number } | undefined;
  #trouble = '';

  constructor(options: LeadershipOptions) {
    this.#options = options;
    this.#path = `/apis/coordination.k8s.io/v1/namespaces/${options.namespace}/leases`;
    this.#running = this.#run();
  }

  /** Whether this process is the leader at this moment. */
  get leads(): boolean {
    return this.#held !== undefined && this.#options.clock.now() - this.#held.since < giveUpMs;
  }

  /** Stops, and lets another lead at once. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    const { spec, metadata } = this.#held?.lease ?? {};
    if (spec !== undefined) await this.#write(released(spec, this.#now()), metadata?.resourceVersion).catch((error: unknown) => this.#report(error));
    this.#held = undefined;
  }

  async #run(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#claim().catch((error: unknown) => this.#report(error));
      await delay(clock, retryMs, signal);
    }
  }

  async #claim(): Promise<void> {
    const { clock, identity, onLead, logger, name } = this.#options;
    const since = clock.now();
    const lease = await this.#read();
    const version = lease?.metadata.resourceVersion;
    if (this.#seen === undefined || this.#seen.version !== version) this.#seen = { version, since };
    const spec = claimed(lease?.spec, since - this.#seen.since, { identity, durationSeconds }, this.#now());
    if (spec === undefined) {
      this.#held = undefined;
      return;
    }
    const led = this.leads;
    this.#held = { lease: await this.#write(spec, version), since };
    this.#trouble = '';
    if (led) return;
    logger.info({ lease: name }, 'leads now');
    onLead();
  }

  async #read(): Promise<Lease | undefined> {
    try {
      return (await this.#options.api.request('GET', `${this.#path}/${this.#options.name}`)) as Lease;
    } catch (error) {
      if (error instanceof FlotillaError && error.code === 'NOT_FOUND') return undefined;
      throw error;
    }
  }

  /** Writes the lease as it was read or not at all: of two who take it, one is refused. */
  async #write(spec: LeaseSpec, resourceVersion: string | undefined): Promise<Lease> {
    const { api, name, namespace } = this.#options;
    const body = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace, ...(resourceVersion === undefined ? {} : { resourceVersion }) }, spec };
    return (resourceVersion === undefined ? await api.request('POST', this.#path, { body }) : await api.request('PUT', `${this.#path}/${name}`, { body })) as Lease;
  }

  #now(): string {
    return new Date(this.#options.clock.now()).toISOString().replace('Z', '000Z');
  }

  #report(error: unknown): void {
    const reason = messageOf(error);
    // That another was faster is how it is meant to be.
    const lost = error instanceof FlotillaError && (error.code === 'CONFLICT' || error.code === 'ALREADY_EXISTS');
    if (!lost && reason !== this.#trouble) this.#options.logger.warn({ lease: this.#options.name, reason }, 'the lease cannot be had at the moment');
    this.#trouble = reason;
  }
}
