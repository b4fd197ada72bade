import { isDeepStrictEqual } from 'node:util';
import { analyze, type Message, type View } from '@flotilla/analysis';
import type { BucketName, ResourceChange } from '@flotilla/bus';
import { inventory } from '@flotilla/kubernetes';
import { advanceInSteps, createSnapshot, defaultMeshConfig } from '@flotilla/mesh';
import { resourceKey, type MeshResource } from '@flotilla/resources';
import { Slices, type Cancel, type Clock, type Logger } from '@flotilla/runtime';
import type { AnalysisResults } from './analysis-results.ts';
import { LookSchedule } from './look-schedule.ts';
import { onlyEndpoints } from './only-endpoints.ts';
import type { Surroundings } from './surroundings.ts';

/** How many resources are taken in at one go: a few milliseconds of work. */
const slice = 100;

/** Kinds of a cluster's objects that come and go all the time. */
const passing: ReadonlySet<string> = new Set(['Pod', 'EndpointSlice', 'Node']);

/** Nobody waits longer than this for a look, in milliseconds. */
const longestWaitMs = 10_000;

export type AnalysedRevision = Readonly<Record<BucketName, number>>;

export interface MeshAnalysisOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly trustDomain: string;
  readonly surroundings: () => Surroundings;
}

/** Somebody who waits for a look. */
interface Waiting {
  readonly isServed: () => boolean;
  readonly resolve: () => void;
}

/**
 * Looks at the whole mesh again after it has changed: when changes pause, or somebody asks. Writes do not wait for it:
 * changes gather until then, and what it does is cut into slices.
 */
export class MeshAnalysis implements AnalysisResults {
  readonly #options: MeshAnalysisOptions;
  readonly #schedule = new LookSchedule();
  readonly #listeners = new Set<(changed: ReadonlySet<string>) => void>();
  readonly #waiting = new Set<Waiting>();
  #snapshot;
  #gathered = new Map<string, MeshResource | undefined>();
  #seen: Record<BucketName, number> = { config: 0, endpoints: 0 };
  /** How often there was something new, and of how much of it there are messages. */
  #told = 0;
  #analysedTold = 0;
  /** What changed since the last look, by key or, of objects of a cluster, kind, with the number of the last time that it was told of. */
  readonly #changed = new Map<string, number>();
  #analysed: AnalysedRevision = { config: 0, endpoints: 0 };
  #messages: ReadonlyMap<string, readonly Message[]> = new Map();
  #started = false;
  #stopped = false;
  #looking: Promise<void> | undefined;
  #timer: Cancel | undefined;

  constructor(options: MeshAnalysisOptions) {
    this.#options = options;
    this.#snapshot = createSnapshot({ ...defaultMeshConfig, trustDomain: options.trustDomain });
  }

  messagesOf(key: string): readonly Message[] {
    return this.#messages.get(key) ?? [];
  }

  *all(): Iterable<Message> {
    for (const messages of this.#messages.values()) yield* messages;
  }

  onChange(listener: (changed: ReadonlySet<string>) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Where the stores were at the last look. */
  get revision(): AnalysedRevision {
    return this.#analysed;
  }

  /** Asks for a look that has these revisions; resolves after it, after ten seconds, or when analysis is stopped. */
  reached({ config = 0, endpoints = 0 }: { readonly [bucket in BucketName]?: number | undefined }): Promise<void> {
    return this.#until(() => this.#analysed.config >= config && this.#analysed.endpoints >= endpoints);
  }

  caughtUp(concerns: (key: string) => boolean = () => true): Promise<void> {
    let wanted = 0;
    for (const [key, told] of this.#changed) if (concerns(key)) wanted = Math.max(wanted, told);
    return this.#until(() => this.#analysedTold >= wanted);
  }

  /** Takes in what a store tells, for the next look. */
  observe(bucket: BucketName, { upserts, removals, revision }: ResourceChange): void {
    this.#told += 1;
    for (const key of removals) this.#gather(key, undefined);
    for (const resource of upserts) this.#gather(resourceKey(resource), resource);
    this.#seen[bucket] = revision;
    this.#plan();
  }

  /** Objects of a kind in the cluster are others than before. */
  observeObjects(kind: string): void {
    this.#told += 1;
    this.#changed.set(kind, this.#told);
    this.#schedule.changed(this.#options.clock.now(), passing.has(kind));
    this.#plan();
  }

  /** Both stores have been read to their end: before, there would be complaints of what is only not there yet. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#begin();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.();
    await this.#looking;
    this.#serve();
  }

  #gather(key: string, after: MeshResource | undefined): void {
    const before = this.#gathered.has(key) ? this.#gathered.get(key) : this.#snapshot.resources.get(key);
    this.#gathered.set(key, after);
    this.#changed.set(key, this.#told);
    this.#schedule.changed(this.#options.clock.now(), onlyEndpoints(before, after));
  }

  #until(isServed: () => boolean): Promise<void> {
    if (this.#stopped || isServed()) return Promise.resolve();
    return new Promise((resolve) => {
      const waiting: Waiting = {
        isServed,
        resolve: () => {
          cancel();
          this.#waiting.delete(waiting);
          resolve();
        },
      };
      const cancel = this.#options.clock.after(longestWaitMs, waiting.resolve);
      this.#waiting.add(waiting);
      this.#plan();
    });
  }

  #plan(): void {
    if (!this.#started || this.#stopped || this.#looking !== undefined) return;
    const { clock } = this.#options;
    this.#timer?.();
    const due = this.#schedule.next(this.#waiting.size > 0);
    this.#timer = due === undefined ? undefined : clock.after(Math.max(0, due - clock.now()), () => this.#begin());
  }

  #begin(): void {
    const { clock, logger } = this.#options;
    const begun = clock.now();
    const failed = (error: unknown): void => {
      logger.error({ err: error }, 'the mesh cannot be analysed');
      // Nobody is kept waiting for what there will not be.
      this.#changed.clear();
      for (const waiting of [...this.#waiting]) waiting.resolve();
    };
    this.#looking = this.#look().catch(failed).then(() => {
      this.#looking = undefined;
      this.#schedule.ended(begun, clock.now());
      this.#serve();
      this.#plan();
    });
  }

  async #look(): Promise<void> {
    const slices = new Slices(this.#options.clock);
    while (this.#gathered.size > 0 && !this.#stopped) await this.#takeIn(slices);
    const revision = { ...this.#seen };
    const told = this.#told;
    this.#schedule.taken();
    const { knows, objects } = this.#options.surroundings();
    const view: View = { snapshot: this.#snapshot, objects: inventory(objects) };
    const found = new Map<string, Message[]>();
    for (const messages of analyze(view, { knows })) {
      for (const message of messages) {
        const { kind, namespace, name } = message.origin;
        const key = resourceKey({ kind, metadata: { namespace, name } });
        found.set(key, [...(found.get(key) ?? []), message]);
      }
      if (slices.over) await slices.next();
      if (this.#stopped) return;
    }
    const changed = await this.#changes(found, slices);
    this.#messages = found;
    this.#analysed = revision;
    this.#analysedTold = told;
    for (const [key, last] of this.#changed) if (last <= told) this.#changed.delete(key);
    if (changed.size > 0) for (const listener of this.#listeners) listener(changed);
  }

  /** Takes in some of what has gathered. */
  async #takeIn(slices: Slices): Promise<void> {
    const some = [...this.#gathered.entries().take(slice)];
    for (const [key] of some) this.#gathered.delete(key);
    const upserts = some.flatMap(([, resource]) => resource ?? []);
    const removals = some.flatMap(([key, resource]) => (resource === undefined ? [key] : []));
    this.#snapshot = (await slices.take(advanceInSteps(this.#snapshot, { upserts, removals }))).snapshot;
  }

  /** The resources of which something else was found than before. */
  async #changes(found: ReadonlyMap<string, readonly Message[]>, slices: Slices): Promise<Set<string>> {
    const before = this.#messages;
    const changed = new Set<string>();
    for (const key of new Set([...before.keys(), ...found.keys()])) {
      if (!isDeepStrictEqual(before.get(key), found.get(key))) changed.add(key);
      if (slices.over) await slices.next();
    }
    return changed;
  }

  /** Lets those go who have what they wait for, or will never get it. */
  #serve(): void {
    for (const waiting of [...this.#waiting]) if (this.#stopped || waiting.isServed()) waiting.resolve();
  }
}
