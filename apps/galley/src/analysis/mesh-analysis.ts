import { isDeepStrictEqual } from 'node:util';
import { analyze, type Message, type View } from '@flotilla/analysis';
import type { BucketName, ResourceChange } from '@flotilla/bus';
import { inventory } from '@flotilla/kubernetes';
import { advance, createSnapshot, defaultMeshConfig } from '@flotilla/mesh';
import { resourceKey, type MeshResource } from '@flotilla/resources';
import { Slices, type Cancel, type Clock, type Logger } from '@flotilla/runtime';
import type { AnalysisResults } from './analysis-results.ts';
import type { Surroundings } from './surroundings.ts';

/** How many resources are taken in at one go: a few milliseconds of work. */
const slice = 100;

/** After each look, this many times as long as it took nothing is looked at: analysis takes a tenth of the time at most. */
const restFactor = 9;

export type AnalysedRevision = Readonly<Record<BucketName, number>>;

export interface MeshAnalysisOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly trustDomain: string;
  readonly surroundings: () => Surroundings;
}

/**
 * Looks at the whole mesh again after it has changed. Writes do not wait for it: changes gather while it looks
 * and while it rests, and what it does is cut into slices.
 */
export class MeshAnalysis implements AnalysisResults {
  readonly #options: MeshAnalysisOptions;
  readonly #listeners = new Set<(changed: ReadonlySet<string>) => void>();
  #snapshot;
  #gathered = new Map<string, MeshResource | undefined>();
  #seen: Record<BucketName, number> = { config: 0, endpoints: 0 };
  #analysed: AnalysedRevision = { config: 0, endpoints: 0 };
  #messages: ReadonlyMap<string, readonly Message[]> = new Map();
  #waiting: { readonly config: number; readonly resolve: () => void }[] = [];
  #started = false;
  #stopped = false;
  #looking: Promise<void> | undefined;
  #rest: Cancel | undefined;

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

  /** Resolves once a look has taken in that revision of the configuration, or analysis has been stopped. */
  reached(config: number): Promise<void> {
    if (this.#stopped || this.#analysed.config >= config) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ config, resolve }));
  }

  /** Takes in what a store tells, for the next look. */
  observe(bucket: BucketName, { upserts, removals, revision }: ResourceChange): void {
    for (const key of removals) this.#gathered.set(key, undefined);
    for (const resource of upserts) this.#gathered.set(resourceKey(resource), resource);
    this.#seen[bucket] = revision;
    this.#wake();
  }

  /** Both stores have been read to their end: before, there would be complaints of what is only not there yet. */
  start(): void {
    this.#started = true;
    this.#wake();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#rest?.();
    await this.#looking;
    this.#release();
  }

  #wake(): void {
    if (!this.#started || this.#stopped || this.#looking !== undefined || this.#rest !== undefined) return;
    const { clock, logger } = this.#options;
    const begun = clock.now();
    this.#looking = this.#look().catch((error: unknown) => logger.error({ err: error }, 'the mesh cannot be analysed')).then(() => {
      this.#looking = undefined;
      if (this.#stopped) return;
      this.#rest = clock.after(restFactor * (clock.now() - begun), () => {
        this.#rest = undefined;
        if (this.#gathered.size > 0) this.#wake();
      });
      this.#release();
    });
  }

  async #look(): Promise<void> {
    const slices = new Slices(this.#options.clock);
    await this.#catchUp(slices);
    const revision = { ...this.#seen };
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
    if (changed.size > 0) for (const listener of this.#listeners) listener(changed);
  }

  /** Takes in all that has gathered, and what comes meanwhile. */
  async #catchUp(slices: Slices): Promise<void> {
    while (this.#gathered.size > 0 && !this.#stopped) {
      const some = [...this.#gathered.entries().take(slice)];
      for (const [key] of some) this.#gathered.delete(key);
      const upserts = some.flatMap(([, resource]) => resource ?? []);
      const removals = some.flatMap(([key, resource]) => (resource === undefined ? [key] : []));
      this.#snapshot = advance(this.#snapshot, { upserts, removals }).snapshot;
      if (slices.over) await slices.next();
    }
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

  #release(): void {
    const due = this.#waiting.filter(({ config }) => this.#stopped || this.#analysed.config >= config);
    this.#waiting = this.#waiting.filter((one) => !due.includes(one));
    for (const { resolve } of due) resolve();
  }
}
