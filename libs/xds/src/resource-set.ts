import { encodeResources, type EncodedResource, type XdsResource, type XdsResourceName } from './encoded-resource.ts';

/** What to change in a {@link ResourceSet}, all at once. */
export interface ResourceSetUpdate {
  /** New and changed resources; those whose bytes are what they were are noticed and dropped. */
  readonly upserts: readonly XdsResource[];
  readonly removals: readonly XdsResourceName[];
  /** The configuration revision that this brings the set to; the proxies' acknowledgements are kept by it. */
  readonly revision: number;
}

/** One resource that is not what it was. */
export interface ResourceChange extends XdsResourceName {
  readonly before: EncodedResource | undefined;
  readonly after: EncodedResource | undefined;
}

/** Who looks at a {@link ResourceSet}. */
export interface ResourceWatcher {
  /** What an update really changed, of types that are complete; never nothing. */
  changed(changes: readonly ResourceChange[], revision: number): void;
  /** More types are complete than were. */
  completed(): void;
}

const none: ReadonlyMap<string, EncodedResource> = new Map();

/**
 * Resources by type and name, kept encoded, shared by every proxy that looks at the set: one set for each scope, and
 * a small one for what a single proxy has of its own.
 */
export class ResourceSet {
  readonly #types = new Map<string, Map<string, EncodedResource>>();
  readonly #lists = new Map<string, readonly EncodedResource[]>();
  readonly #watchers = new Set<ResourceWatcher>();
  #revision: number;
  /** The types that have everything; undefined once all have. */
  #complete: Set<string> | undefined;
  /** What the set is called where proxies are listed, such as the key of a scope. */
  readonly key: string;

  constructor(key: string, initial: { readonly resources: Iterable<XdsResource>; readonly revision: number } = { resources: [], revision: 0 }) {
    this.key = key;
    this.#revision = initial.revision;
    for (const resource of encodeResources([...initial.resources])) this.#put(resource);
  }

  /** A set that is still to be filled: nobody is told of what comes in until {@link complete} says that a type has everything. */
  static unfilled(key: string): ResourceSet {
    const set = new ResourceSet(key);
    set.#complete = new Set();
    return set;
  }

  /** The revision of the last update. */
  get revision(): number {
    return this.#revision;
  }

  /** How many watch it, which is how many streams are served from it. */
  get watchers(): number {
    return this.#watchers.size;
  }

  get typeUrls(): Iterable<string> {
    return this.#types.keys();
  }

  get(typeUrl: string, name: string): EncodedResource | undefined {
    return this.#types.get(typeUrl)?.get(name);
  }

  /** Whether a type has everything that there is to be; of one that has not, nothing may be sent. */
  isComplete(typeUrl: string): boolean {
    return this.#complete === undefined || this.#complete.has(typeUrl);
  }

  /** Says that these types have everything now, or all types have. */
  complete(typeUrls?: readonly string[]): void {
    if (this.#complete === undefined) return;
    if (typeUrls === undefined) this.#complete = undefined;
    else for (const typeUrl of typeUrls) this.#complete.add(typeUrl);
    for (const watcher of this.#watchers) watcher.completed();
  }

  /** The resources of a type, by name. */
  all(typeUrl: string): ReadonlyMap<string, EncodedResource> {
    return this.#types.get(typeUrl) ?? none;
  }

  /** The resources of a type as they are now. Later updates do not touch the array; until then all share it. */
  list(typeUrl: string): readonly EncodedResource[] {
    let list = this.#lists.get(typeUrl);
    if (list === undefined) {
      list = [...this.all(typeUrl).values()];
      this.#lists.set(typeUrl, list);
    }
    return list;
  }

  /** Changes the set and tells those who watch it. The work is in proportion to the update and the watchers. */
  apply({ upserts, removals, revision }: ResourceSetUpdate): void {
    this.#revision = revision;
    const changes: ResourceChange[] = [];
    for (const { typeUrl, name } of removals) {
      const before = this.get(typeUrl, name);
      if (before === undefined) continue;
      this.#types.get(typeUrl)?.delete(name);
      this.#lists.delete(typeUrl);
      if (this.isComplete(typeUrl)) changes.push({ typeUrl, name, before, after: undefined });
    }
    for (const after of encodeResources(upserts)) {
      const before = this.get(after.typeUrl, after.name);
      if (before?.version === after.version) continue;
      this.#put(after);
      this.#lists.delete(after.typeUrl);
      if (this.isComplete(after.typeUrl)) changes.push({ typeUrl: after.typeUrl, name: after.name, before, after });
    }
    if (changes.length === 0) return;
    for (const watcher of this.#watchers) watcher.changed(changes, revision);
  }

  /** Makes the set hold just these resources; told of is only what differs. */
  replace({ resources, revision }: { readonly resources: Iterable<XdsResource>; readonly revision: number }): void {
    const upserts = [...resources];
    const stays = new Set(upserts.map(({ typeUrl, name }) => `${typeUrl} ${name}`));
    const removals = [...this.#types.values()].flatMap((type) => [...type.values()]).filter(({ typeUrl, name }) => !stays.has(`${typeUrl} ${name}`));
    this.apply({ upserts, removals, revision });
  }

  /** Tells `watcher` of everything from now on, until the function given back is called. */
  watch(watcher: ResourceWatcher): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  #put(resource: EncodedResource): void {
    let type = this.#types.get(resource.typeUrl);
    if (type === undefined) this.#types.set(resource.typeUrl, (type = new Map<string, EncodedResource>()));
    type.set(resource.name, resource);
  }
}
