import { validationMessage } from '@flotilla/analysis';
import { bucketOfKind, type PropagationReport, type ResourceChange } from '@flotilla/bus';
import { resourceKey, type MeshResource, type ResourceStatus } from '@flotilla/resources';
import { Slices, type Cancel, type Clock } from '@flotilla/runtime';
import type { AnalysisResults } from '../analysis/analysis-results.ts';
import type { MeshState } from '../state/mesh-state.ts';
import { timestampOf } from '../timestamp.ts';
import { Pilots } from './pilots.ts';
import { propagationOf } from './propagation.ts';
import { saysTheSame, statusOf, type Standing } from './status-of.ts';

/** How long changes gather until statuses are looked at again: a resource's changes at most that often for its watchers. */
const gatherMs = 250;

export interface StatusesOptions {
  readonly state: MeshState;
  readonly clock: Clock;
  readonly analysis: Pick<AnalysisResults, 'messagesOf' | 'onChange'>;
  /** Why newer versions of resources were not taken, by their keys. */
  readonly problems: () => ReadonlyMap<string, readonly string[]>;
  /** What a resource's status was before this process knew it, where somebody kept it. */
  readonly kept: (key: string) => ResourceStatus | undefined;
  /** Asks all Pilots to tell everything again. */
  readonly askAll: () => void;
  /** Whether Pilots can be heard: while they cannot, nobody counts as gone. */
  readonly connected: () => boolean;
}

/**
 * The status of each resource: worked out when it is asked for, and whenever something happened that may have changed it,
 * so that its watchers hear of it. It is not stored: it makes no revision, and nothing follows from it.
 */
export class Statuses {
  readonly #options: StatusesOptions;
  readonly #pilots = new Pilots();
  /** What was said last of each resource, and of which version of it. */
  readonly #last = new Map<string, { readonly version: string; readonly status: ResourceStatus }>();
  /** What is not everywhere yet. */
  readonly #unsettled = new Set<string>();
  readonly #due = new Set<string>();
  #problems: ReadonlyMap<string, readonly string[]> = new Map();
  #otherProblems = false;
  readonly #listeners = new Set<(key: string) => void>();
  #gathering: Cancel | undefined;
  #expiry: Cancel | undefined;
  readonly #forget: () => void;

  constructor(options: StatusesOptions) {
    this.#options = options;
    this.#forget = options.analysis.onChange((changed) => this.#look(changed));
  }

  /** A resource with its status as it is at this moment; what is stored with it, as the health of a workload, comes first. */
  of<R extends MeshResource>(resource: R): R {
    const status = this.own(resource);
    return { ...resource, status: { ...status, conditions: [...(resource.status?.conditions ?? []), ...(status.conditions ?? [])] } };
  }

  /** Calls back with the key of each resource whose status says something else than before, or that is gone. */
  onChange(listener: (key: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes in what a store tells. */
  observe({ upserts, removals }: ResourceChange): void {
    for (const key of removals) {
      this.#last.delete(key);
      this.#unsettled.delete(key);
    }
    this.#look([...upserts.map(resourceKey), ...removals]);
  }

  /** Newer versions of resources were not taken, or are no longer at fault. */
  observeProblems(): void {
    this.#otherProblems = true;
    this.#look([]);
  }

  /** Takes in what a Pilot reports. */
  take(report: PropagationReport): void {
    const { clock, askAll } = this.#options;
    const before = this.#pilots.size;
    const refused = this.#refused();
    if (!this.#pilots.take(report, clock.now())) {
      askAll();
      return;
    }
    this.#awaitExpiry();
    this.#look(before === 0 ? this.#keys() : [...this.#unsettled, ...refused, ...this.#refused()]);
  }

  /** Pilots can be heard again. */
  grace(): void {
    this.#pilots.grace(this.#options.clock.now());
    this.#options.askAll();
  }

  stop(): void {
    this.#forget();
    this.#gathering?.();
    this.#expiry?.();
  }

  #refused(): string[] {
    return [...this.#pilots].flatMap(({ refusals }) => refusals.map(({ resource }) => resource));
  }

  *#keys(): Iterable<string> {
    for (const resource of this.#options.state.all()) yield resourceKey(resource);
  }

  #awaitExpiry(): void {
    const { clock, connected } = this.#options;
    const end = this.#pilots.nextEnd;
    this.#expiry?.();
    if (end === undefined) return;
    this.#expiry = clock.after(Math.max(0, end - clock.now()), () => {
      if (!connected()) this.#pilots.grace(clock.now());
      else if (this.#pilots.expire(clock.now())) this.#look(this.#pilots.size === 0 ? this.#keys() : this.#unsettled);
      this.#awaitExpiry();
    });
  }

  /** Looks at the statuses of some resources again, soon. */
  #look(keys: Iterable<string>): void {
    for (const key of keys) this.#due.add(key);
    if (this.#due.size > 0 || this.#otherProblems) this.#gathering ??= this.#options.clock.after(gatherMs, () => void this.#lookNow());
  }

  async #lookNow(): Promise<void> {
    const slices = new Slices(this.#options.clock);
    if (this.#otherProblems) this.#readProblems();
    const due = [...this.#due];
    this.#due.clear();
    for (const key of due) {
      const resource = this.#options.state.get(key);
      if (resource === undefined) this.#tell(key);
      else this.own(resource);
      if (slices.over) await slices.next();
    }
    this.#gathering = undefined;
    this.#look([]);
  }

  #readProblems(): void {
    const before = this.#problems;
    this.#otherProblems = false;
    this.#problems = this.#options.problems();
    for (const key of [...before.keys(), ...this.#problems.keys()]) this.#due.add(key);
  }

  /** What Galley itself says of a resource at this moment; it is told of where it is news. */
  own(resource: MeshResource): ResourceStatus {
    const { state, clock, analysis, kept } = this.#options;
    const key = resourceKey(resource);
    const standing: Standing = {
      generation: resource.metadata.generation ?? 1,
      problems: this.#problems.get(key) ?? [],
      propagation: propagationOf(resource, this.#pilots, state),
      messages: analysis.messagesOf(key).map(validationMessage),
    };
    const status = statusOf(standing, this.#last.get(key)?.status ?? kept(key), timestampOf(clock.now()));
    // Of a version that has meanwhile been replaced nothing is kept.
    if (state.get(key)?.metadata.resourceVersion === resource.metadata.resourceVersion) this.#keep(key, resource, status);
    return status;
  }

  #keep(key: string, resource: MeshResource, status: ResourceStatus): void {
    const { state } = this.#options;
    const before = this.#last.get(key);
    const version = resource.metadata.resourceVersion ?? '';
    this.#last.set(key, { version, status });
    if (status.conditions?.find(({ type }) => type === 'Propagated')?.status === 'True') this.#unsettled.delete(key);
    else this.#unsettled.add(key);
    if (before?.version === version) {
      if (saysTheSame(before.status, status)) return;
      const bucket = bucketOfKind(resource.kind);
      state.events(bucket).append([{ revision: state.revision(bucket), before: resource, after: resource, ofStatus: true }]);
    }
    // Where the version is another one, the change of the resource has told its watchers.
    this.#tell(key);
  }

  #tell(key: string): void {
    for (const listener of this.#listeners) listener(key);
  }
}
