import { messageOf } from '@flotilla/errors';
import { ClusterCatalog, readLiveObject, type KubernetesObject } from '@flotilla/kubernetes';
import { ListWatch, objectKey, type KubernetesApi, type ObjectChange } from '@flotilla/kubernetes-api';
import { parseResourceKey, resourceKey, type MeshConfigSpec, type ResourceStatus } from '@flotilla/resources';
import { delay, Slices, type Clock, type Logger } from '@flotilla/runtime';
import type { FileProblem } from '../directory/file-problem.ts';
import type { StateView } from '../state/mesh-state.ts';
import type { Edit, Intent } from '../write/edit.ts';
import { sourceOf } from '../write/source.ts';
import type { Outcome } from '../write/writer.ts';
import { clusterKinds, collections, type Collection } from './collections.ts';
import { CustomResources } from './custom-resources.ts';

/** How long until a store that did not answer is tried again. */
const retryAfterMs = 1_000;
/** How many resources are written at one go. */
const batch = 5_000;
/** How many Services are made anew before everything else gets its turn. */
const slice = 50;

export interface KubernetesOptions {
  readonly api: Pick<KubernetesApi, 'request' | 'watch'>;
  readonly write: (intent: Intent) => Promise<Outcome>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told whenever something else may be wrong with the cluster's resources than before. */
  readonly onProblems: () => void;
  /** Told whenever objects of a kind that is not ours are others than before, once all have been taken in. */
  readonly onObjects: (kind: string) => void;
  /** `svc.cluster.local` */
  readonly domainSuffix: string;
  /** Where the gateways for Ingresses are. */
  readonly ingressNamespace: string;
}

/**
 * Keeps in the store what a Kubernetes cluster has: resources of our kinds as they are, Services with their endpoints and
 * Ingresses as what they mean. Nothing is written before everything has been listed once, and only what the cluster
 * says is gone is removed.
 */
export class KubernetesSource {
  readonly #options: KubernetesOptions;
  readonly #custom = new CustomResources();
  readonly #catalog: ClusterCatalog;
  readonly #listed = new Set<string>();
  readonly #unsettled = new Set(collections.map(({ kind }) => kind));
  readonly #stopping = new AbortController();
  #watches: ListWatch[] = [];
  /** The keys of the resources that have yet to be compared with the store. */
  #due: Set<string> | 'all' = 'all';
  #working: Promise<void> | undefined;
  #refused = new Map<string, string>();
  #complete = false;

  constructor(options: KubernetesOptions) {
    this.#options = options;
    this.#catalog = new ClusterCatalog(options);
  }

  /** Whether all that the cluster has was taken in once. */
  get complete(): boolean {
    return this.#complete;
  }

  /** The kinds that have not been listed yet. */
  get unsettled(): readonly string[] {
    return [...this.#unsettled];
  }

  /** What is wrong with the cluster's resources now. */
  problems(): FileProblem[] {
    const place = (key: string) => ({ file: 'kubernetes', line: 0, ref: key });
    const own = [...this.#custom.problems()].map(([key, { path, message, severity = 'error' }]): FileProblem => ({ ...place(key), path, reason: message, severity }));
    const refused = [...this.#refused].map(([key, reason]): FileProblem => ({ ...place(key), path: '', reason, severity: 'error' }));
    return [...own, ...refused];
  }

  /** The keys of the cluster's resources of our kinds. */
  keys(): Iterable<string> {
    return this.#custom.keys();
  }

  /** Whether a resource is one of those. */
  has(key: string): boolean {
    return this.#custom.has(key);
  }

  /** The status that the cluster has of a resource. */
  statusOf(key: string): ResourceStatus | undefined {
    return this.#custom.statusOf(key);
  }

  /** What the cluster has beside resources of ours. */
  objects(): Iterable<KubernetesObject> {
    return this.#catalog.objects();
  }

  /** Begins to follow the cluster. */
  start(): void {
    const { api, clock, logger } = this.#options;
    this.#watches = collections.map(
      (collection) =>
        new ListWatch({
          api,
          path: collection.path,
          clock,
          logger,
          onChange: (change) => this.#observe(collection, change),
          onSettled: (as) => this.#settle(collection, as),
        }),
    );
  }

  /** Compares everything again; to be called whenever the store may have missed something. */
  reconcile(): void {
    this.#due = 'all';
    this.#work();
  }

  /** What the mesh's configuration says of Ingresses has changed, perhaps. */
  configure(settings: MeshConfigSpec): void {
    this.#catalog.ingressSettings = settings;
    this.#work();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#watches.map((watch) => watch.stop()));
    await this.#working;
  }

  #settle({ kind }: Collection, as: 'listed' | 'unknown'): void {
    if (as === 'listed') this.#listed.add(kind);
    this.#unsettled.delete(kind);
    this.#work();
  }

  #observe({ kind, ours }: Collection, { upserts, removals }: ObjectChange): void {
    if (ours) {
      for (const object of upserts) this.#putOurs(`${kind}/${objectKey(object)}`, object);
      for (const name of removals) {
        this.#custom.remove(`${kind}/${name}`);
        this.#mark(`${kind}/${name}`);
      }
    } else if (this.#takeObjects(kind, { upserts, removals }) && this.#complete) this.#options.onObjects(kind);
    this.#listed.add(kind);
    this.#work();
  }

  /** @returns whether anything differs */
  #takeObjects(kind: string, { upserts, removals }: ObjectChange): boolean {
    let differs = false;
    for (const object of upserts) {
      const read = readLiveObject(object);
      if (read !== undefined && this.#catalog.put(read)) differs = true;
    }
    for (const name of removals) {
      const slash = name.indexOf('/');
      if (this.#catalog.remove(kind, name.slice(0, slash), name.slice(slash + 1))) differs = true;
    }
    return differs;
  }

  #putOurs(key: string, object: ObjectChange['upserts'][number]): void {
    this.#custom.put(key, object);
    if (this.#custom.get(key) === undefined) this.#options.logger.error({ ref: key, problems: this.#custom.problemsOf(key) }, 'a resource of the cluster cannot be used; its last good version stays');
    this.#mark(key);
    this.#options.onProblems();
  }

  #mark(key: string): void {
    if (this.#due !== 'all') this.#due.add(key);
  }

  #work(): void {
    if (this.#unsettled.size > 0 || this.#stopping.signal.aborted) return;
    this.#working ??= this.#takeIn().finally(() => {
      this.#working = undefined;
    });
  }

  async #takeIn(): Promise<void> {
    const { clock, logger } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted && (this.#due === 'all' || this.#due.size > 0 || this.#catalog.unsettled)) {
      await this.#remakeServices();
      const taken = this.#due;
      this.#due = new Set();
      try {
        await this.#write(taken);
        if (taken === 'all') this.#finish();
      } catch (error) {
        logger.warn({ reason: messageOf(error) }, 'what the cluster has cannot be stored yet');
        this.#giveBack(taken);
        await delay(clock, retryAfterMs, signal);
      }
    }
  }

  #finish(): void {
    if (this.#complete) return;
    this.#complete = true;
    for (const kind of clusterKinds) this.#options.onObjects(kind);
  }

  async #remakeServices(): Promise<void> {
    const slices = new Slices(this.#options.clock);
    while (this.#catalog.unsettled) {
      for (const key of this.#catalog.settle(slice)) this.#mark(key);
      if (slices.over) await slices.next();
    }
  }

  #giveBack(taken: ReadonlySet<string> | 'all'): void {
    this.#due = taken === 'all' || this.#due === 'all' ? 'all' : new Set([...taken, ...this.#due]);
  }

  async #write(taken: ReadonlySet<string> | 'all'): Promise<void> {
    const known = taken === 'all' ? new Set([...this.#custom.keys(), ...this.#catalog.keys()]) : taken;
    for (const some of batchesOf(known)) await this.#commit(taken === 'all' ? 'all of the cluster' : some.join(' '), (state) => some.flatMap((key) => this.#editOf(key, state)));
    if (taken === 'all') await this.#commit('what the cluster no longer has', (state) => this.#leftovers(state));
  }

  async #commit(what: string, edits: Intent['edits']): Promise<void> {
    const asked = new Set<string>();
    const { refusals } = await this.#options.write({
      author: { name: `cluster (${what.length > 200 ? `${what.slice(0, 200)}...` : what})`, acts: 'kubernetes' },
      partial: true,
      *edits(state) {
        for (const edit of edits(state)) {
          asked.add(edit.action === 'put' ? resourceKey(edit.resource) : edit.key);
          yield edit;
        }
      },
    });
    for (const key of asked) this.#refused.delete(key);
    for (const { ref, error } of refusals) {
      this.#refused.set(ref, error.message);
      this.#options.logger.error({ ref, reason: error.message }, 'a resource of the cluster cannot be stored');
    }
    this.#options.onProblems();
  }

  #editOf(key: string, state: StateView): Edit[] {
    const resource = this.#custom.get(key) ?? this.#catalog.get(key);
    if (resource !== undefined) return [{ action: 'put', resource, source: { kind: 'kubernetes' } }];
    // One that went bad stays as it was.
    return this.#custom.has(key) || !isOurs(key, state) ? [] : [{ action: 'remove', key, ifPresent: true }];
  }

  /** What came from the cluster once and is not there any more; of kinds that it does not know nobody can tell. */
  #leftovers(state: StateView): Edit[] {
    return [...state.all()].flatMap((resource) => {
      const key = resourceKey(resource);
      const told = this.#catalog.get(key) !== undefined || this.#custom.has(key);
      const derived = parseResourceKey(key).name.includes(':');
      return told || sourceOf(resource)?.kind !== 'kubernetes' || !(derived || this.#listed.has(resource.kind)) ? [] : [{ action: 'remove', key, ifPresent: true }];
    });
  }
}

function isOurs(key: string, state: StateView): boolean {
  const existing = state.get(key);
  return existing !== undefined && sourceOf(existing)?.kind === 'kubernetes';
}

function* batchesOf(keys: ReadonlySet<string>): Iterable<string[]> {
  const all = [...keys];
  for (let from = 0; from < all.length; from += batch) yield all.slice(from, from + batch);
}
