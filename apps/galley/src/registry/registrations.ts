import { create } from '@bufbuild/protobuf';
import type { ResourceChange } from '@flotilla/bus';
import { FlotillaError, messageOf } from '@flotilla/errors';
import { parseSpiffeId } from '@flotilla/pki';
import { DeregisterResponseSchema, RegisterResponseSchema, WorkloadRegistry, type Health, type Workload } from '@flotilla/protos/flotilla/registry/v1/workload_registry_pb.js';
import { parseResourceKey, resourceKey, withHealth, type MeshResource, type ResourceStatus, type WorkloadGroup } from '@flotilla/resources';
import { service, type Call, type ServedService } from '@flotilla/rpc';
import type { Clock, Logger } from '@flotilla/runtime';
import type { MeshState } from '../state/mesh-state.ts';
import { sourceOf } from '../write/source.ts';
import type { Writer } from '../write/writer.ts';
import { Leases } from './leases.ts';
import { entryOf } from './registered-entry.ts';

/** In how many steps a lease runs out. */
const ticksPerLease = 6;

export interface RegistrationOptions {
  readonly state: MeshState;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly trustDomain: string;
  readonly leaseSeconds: number;
  /** Whether NATS can be reached: while it cannot, nothing expires. */
  readonly connected: () => boolean;
}

/** The leases of registered workloads, and the service by which agents hold them. */
export class Registrations {
  readonly #options: RegistrationOptions;
  readonly #leases = new Leases(ticksPerLease);
  #cancelTick: (() => void) | undefined;

  constructor(options: RegistrationOptions) {
    this.#options = options;
  }

  get leases(): number {
    return this.#leases.size;
  }

  /** Begins to count the leases; entries that are there get the full time. */
  start(): void {
    for (const entry of this.#options.state.list('WorkloadEntry')) {
      if (sourceOf(entry)?.kind === 'registration') this.#leases.renew(resourceKey(entry));
    }
    this.#schedule();
  }

  stop(): void {
    this.#cancelTick?.();
  }

  /** Follows what others did to the entries: an interruption may have brought back or taken away some. */
  observe({ upserts, removals }: ResourceChange): void {
    for (const entry of upserts) {
      const key = resourceKey(entry);
      if (sourceOf(entry)?.kind === 'registration' && !this.#leases.has(key)) this.#leases.renew(key);
    }
    for (const key of removals) this.#leases.release(key);
  }

  /** Gives everyone the full time again, after the store was away. */
  grace(): void {
    this.#leases.renewAll();
  }

  served(): ServedService {
    return service(WorkloadRegistry, {
      register: async ({ workload, health }, call) => {
        if (workload === undefined) throw new FlotillaError('MALFORMED_REQUEST', 'the request names no workload');
        const spiffeId = this.#proven(call, workload.namespace, workload.serviceAccount);
        const group = this.#group(workload);
        const resource = entryOf(workload, group);
        const key = resourceKey(resource);
        const { revision } = await this.#options.writer.write({
          author: { name: spiffeId, acts: 'registration', spiffeId },
          edits: (state) => [{ action: 'put', resource, source: { kind: 'registration', spiffeId }, ...(health === undefined ? {} : { status: this.#withHealth(state.get(key), health) }) }],
        });
        this.#leases.renew(key);
        const probe = group?.spec.probe;
        return create(RegisterResponseSchema, { leaseSeconds: this.#options.leaseSeconds, revision: BigInt(revision.endpoints), ...(probe === undefined ? {} : { probe }) });
      },
      deregister: async ({ namespace, name }, call) => {
        const spiffeId = this.#proven(call, namespace);
        const key = resourceKey({ kind: 'WorkloadEntry', metadata: { namespace, name } });
        const revision = await this.#remove(key, spiffeId, spiffeId);
        return create(DeregisterResponseSchema, { revision: BigInt(revision) });
      },
    });
  }

  /** The group that a workload names; throws where there is none of that name. */
  #group({ namespace, group: name }: Workload): WorkloadGroup | undefined {
    if (name === '') return undefined;
    const group = this.#options.state.get(resourceKey({ kind: 'WorkloadGroup', metadata: { namespace, name } }));
    if (group?.kind === 'WorkloadGroup') return group;
    throw new FlotillaError('NOT_FOUND', `there is no WorkloadGroup ${name} in the namespace ${namespace}`);
  }

  #withHealth(entry: MeshResource | undefined, health: Health): ResourceStatus {
    const now = new Date(this.#options.clock.now()).toISOString();
    return { ...entry?.status, conditions: withHealth(entry?.status?.conditions ?? [], health, now) };
  }

  /** The identity that the caller's certificate proves; throws where it is not the one that may speak for the workload. */
  #proven({ peerSpiffeId }: Call, namespace: string, serviceAccount?: string): string {
    if (peerSpiffeId === undefined) throw new FlotillaError('UNAUTHENTICATED', 'a certificate with a SPIFFE id is needed to register a workload');
    const proven = parseSpiffeId(peerSpiffeId);
    const matches =
      proven.trustDomain === this.#options.trustDomain &&
      proven.namespace === namespace &&
      (serviceAccount === undefined || proven.serviceAccount === serviceAccount);
    if (matches) return peerSpiffeId;
    throw new FlotillaError('FORBIDDEN', `${peerSpiffeId} may not speak for a workload of ${namespace}/${serviceAccount ?? '*'}`);
  }

  async #remove(key: string, author: string, spiffeId: string): Promise<number> {
    const { revision } = await this.#options.writer.write({
      author: { name: author, acts: 'registration', spiffeId },
      edits: () => [{ action: 'remove', key, ifPresent: true }],
    });
    this.#leases.release(key);
    return revision.endpoints;
  }

  #schedule(): void {
    const { clock, leaseSeconds } = this.#options;
    this.#cancelTick = clock.after((leaseSeconds * 1000) / ticksPerLease, () => {
      if (this.#options.connected()) for (const key of this.#leases.tick()) void this.#expire(key);
      this.#schedule();
    });
  }

  async #expire(key: string): Promise<void> {
    const { state, logger, leaseSeconds } = this.#options;
    const entry = state.get(key);
    const source = entry === undefined ? undefined : sourceOf(entry);
    if (source?.kind !== 'registration') {
      this.#leases.release(key);
      return;
    }
    try {
      await this.#remove(key, 'galley (lease expired)', source.spiffeId);
      const { namespace, name } = parseResourceKey(key);
      logger.warn({ namespace, name, leaseSeconds }, 'a workload did not renew its registration and was removed');
    } catch (error) {
      logger.warn({ key, reason: messageOf(error) }, 'an expired registration could not be removed yet');
    }
  }
}
