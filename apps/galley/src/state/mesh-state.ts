import { bucketNames, bucketOfKind, type BucketName, type ResourceChange } from '@flotilla/bus';
import { parseResourceKey, resourceKey, type MeshResource } from '@flotilla/resources';
import { EventLog, type StateEvent } from './event-log.ts';
import { ResourcesByFile } from './resources-by-file.ts';

/** The resources as they can be looked at. */
export interface StateView {
  get(key: string): MeshResource | undefined;
  all(): Iterable<MeshResource>;
  /** The files that anything comes from. */
  files(): Iterable<string>;
  /** The keys of what comes from a file. */
  keysOfFile(file: string): Iterable<string>;
}

interface Store {
  revision: number;
  /** Counts how often the revisions began anew, because NATS lost the store or was restored from a backup. */
  life: number;
  synced: boolean;
  readonly events: EventLog;
}

/** All resources of the mesh in memory, as the stores tell it. */
export class MeshState implements StateView {
  readonly #byKind = new Map<string, Map<string, MeshResource>>();
  readonly #byFile = new ResourcesByFile();
  readonly #stores: Readonly<Record<BucketName, Store>> = { config: newStore(), endpoints: newStore() };
  #waiting: { readonly bucket: BucketName; readonly revision: number; readonly resolve: () => void }[] = [];

  get(key: string): MeshResource | undefined {
    return this.#byKind.get(key.slice(0, key.indexOf('/')))?.get(key);
  }

  *all(): Iterable<MeshResource> {
    for (const ofKind of this.#byKind.values()) yield* ofKind.values();
  }

  files(): Iterable<string> {
    return this.#byFile.files();
  }

  keysOfFile(file: string): Iterable<string> {
    return this.#byFile.keysOf(file);
  }

  /** The resources of a kind, of one namespace or of all, by namespace and name. */
  list(kind: string, namespace?: string): MeshResource[] {
    const all = [...(this.#byKind.get(kind) ?? [])];
    const wanted = namespace === undefined ? all : all.filter(([, { metadata }]) => metadata.namespace === namespace);
    return wanted.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, resource]) => resource);
  }

  count(kind: string): number {
    return this.#byKind.get(kind)?.size ?? 0;
  }

  revision(bucket: BucketName): number {
    return this.#stores[bucket].revision;
  }

  /** Revisions can be compared only within one life of a store. */
  life(bucket: BucketName): number {
    return this.#stores[bucket].life;
  }

  /** Those stores that have not been read completely yet. */
  unread(): BucketName[] {
    return bucketNames.filter((bucket) => !this.#stores[bucket].synced);
  }

  events(bucket: BucketName): EventLog {
    return this.#stores[bucket].events;
  }

  /** Takes in what a store tells. */
  apply(bucket: BucketName, { upserts, removals, revision }: ResourceChange): void {
    const store = this.#stores[bucket];
    const events: StateEvent[] = [];
    for (const after of upserts) {
      const key = resourceKey(after);
      const ofKind = this.#ofKind(after.kind);
      const before = ofKind.get(key);
      events.push({ revision: Number(after.metadata.resourceVersion), before, after });
      ofKind.set(key, after);
      this.#byFile.replace(before, after);
    }
    for (const key of removals) {
      const ofKind = this.#ofKind(parseResourceKey(key).kind);
      const before = ofKind.get(key);
      ofKind.delete(key);
      this.#byFile.replace(before, undefined);
      if (before !== undefined) events.push({ revision, before, after: undefined });
    }
    // A whole first list, or a store whose revisions begin anew: nobody can go on from a revision before this.
    const restarted = revision < store.revision;
    if (restarted) store.life += 1;
    if (restarted || !store.synced) store.events.restart(revision);
    store.revision = revision;
    if (store.synced) store.events.append(events);
    this.#release();
  }

  markSynced(bucket: BucketName, revision: number): void {
    const store = this.#stores[bucket];
    store.synced = true;
    store.revision = Math.max(store.revision, revision);
    store.events.restart(store.revision);
    this.#release();
  }

  /** Resolves once the store has been followed up to `revision`, or `signal` is aborted. */
  reached(bucket: BucketName, revision: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (this.revision(bucket) >= revision || signal.aborted) {
        resolve();
        return;
      }
      this.#waiting.push({ bucket, revision, resolve });
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  #release(): void {
    const due = this.#waiting.filter(({ bucket, revision }) => this.revision(bucket) >= revision);
    if (due.length === 0) return;
    this.#waiting = this.#waiting.filter((waiting) => !due.includes(waiting));
    for (const { resolve } of due) resolve();
  }

  #ofKind(kind: string): Map<string, MeshResource> {
    const known = this.#byKind.get(kind);
    if (known !== undefined) return known;
    const made = new Map<string, MeshResource>();
    this.#byKind.set(kind, made);
    return made;
  }
}

function newStore(): Store {
  return { revision: 0, life: 0, synced: false, events: new EventLog() };
}

/** The resources that belong into `bucket`. */
export function resourcesOf(bucket: BucketName, resources: Iterable<MeshResource>): MeshResource[] {
  return [...resources].filter((resource) => bucketOfKind(resource.kind) === bucket);
}
