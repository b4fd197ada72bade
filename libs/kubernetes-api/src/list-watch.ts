import { FlotillaError, messageOf } from '@flotilla/errors';
import { backoff, delay, type Clock, type Logger } from '@flotilla/runtime';
import { isFields, type Fields } from './fields.ts';
import type { KubernetesApi, Query } from './kubernetes-api.ts';

/** An object as the API gives it, with what tells it from others. */
export interface ApiObject extends Fields {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Fields & { readonly name: string; readonly namespace?: string; readonly resourceVersion: string };
}

/** Objects that are new or other than before, and `namespace/name` of those that are gone. */
export interface ObjectChange {
  readonly upserts: readonly ApiObject[];
  readonly removals: readonly string[];
}

export interface ListWatchOptions {
  readonly api: Pick<KubernetesApi, 'request' | 'watch'>;
  /** Of the collection, as `/api/v1/pods`. */
  readonly path: string;
  /** Selectors. */
  readonly query?: Query;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onChange: (change: ObjectChange) => void;
  /**
   * What there is to know has been told for the first time: `listed`, or `unknown` where the server has no such
   * kind. A kind that comes later is listed then.
   */
  readonly onSettled: (as: 'listed' | 'unknown') => void;
}

/** How many objects one page of a list has. */
const pageSize = 500;
/** The server ends a watch after this, and it is begun again where it was. */
const watchSeconds = 290;

/** `namespace/name`, the namespace empty where the kind has none. */
export function objectKey({ metadata: { namespace = '', name } }: ApiObject): string {
  return `${namespace}/${name}`;
}

/**
 * Follows the objects of a collection: lists them, then watches from there on, for as long as it is not stopped.
 * An interrupted watch goes on where it was; where the server no longer knows what came after that, all is listed
 * again and told apart from what is known. Nothing counts as gone unless a complete list or the server says so.
 */
export class ListWatch {
  readonly #options: ListWatchOptions;
  readonly #stopping = new AbortController();
  readonly #versions = new Map<string, string>();
  readonly #retry = backoff({ initialMs: 200, maxMs: 30_000, random: Math.random });
  readonly #running: Promise<void>;
  /** Where the watch has to go on; undefined where a list is needed first. */
  #version: string | undefined;
  #settled = false;
  #trouble = '';

  constructor(options: ListWatchOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) await this.#follow().catch((error: unknown) => this.#pause(error));
  }

  /** Follows the objects until the server ends the watch, as it does from time to time. */
  async #follow(): Promise<void> {
    this.#version ??= await this.#list();
    await this.#watch(this.#version);
    this.#retry.reset();
  }

  async #pause(error: unknown): Promise<void> {
    const { signal } = this.#stopping;
    if (signal.aborted) return;
    this.#report(error);
    await delay(this.#options.clock, this.#retry.next(), signal);
  }

  /** @returns the version of the collection that was listed */
  async #list(): Promise<string> {
    const { api, path, query = {} } = this.#options;
    const found: ApiObject[] = [];
    let next = '';
    let version: string;
    do {
      const page = await api.request('GET', path, { query: { ...query, limit: pageSize, ...(next === '' ? {} : { continue: next }) }, signal: this.#stopping.signal });
      const list = page as { apiVersion: string; kind: string; metadata: { resourceVersion: string; continue?: string }; items: ApiObject[] };
      // Items of a list do not say what they are.
      const type = { apiVersion: list.apiVersion, kind: list.kind.replace(/List$/, '') };
      for (const item of list.items) found.push({ ...type, ...item });
      next = list.metadata.continue ?? '';
      version = list.metadata.resourceVersion;
    } while (next !== '');
    this.#tell(found.filter((object) => this.#versions.get(objectKey(object)) !== object.metadata.resourceVersion), missing(this.#versions, found));
    this.#settle('listed');
    return version;
  }

  async #watch(from: string): Promise<void> {
    const { api, path, query = {} } = this.#options;
    const watched = api.watch(path, { ...query, resourceVersion: from, allowWatchBookmarks: true, timeoutSeconds: watchSeconds }, this.#stopping.signal);
    try {
      for await (const events of watched) {
        this.#trouble = '';
        this.#retry.reset();
        const latest = new Map<string, ApiObject | undefined>();
        for (const { type, object } of events) {
          if (type === 'ERROR') throw new FlotillaError('EXPIRED', `The watch of ${path} cannot go on: ${messageIn(object)}`);
          const known = object as ApiObject;
          this.#version = known.metadata.resourceVersion;
          if (type !== 'BOOKMARK') latest.set(objectKey(known), type === 'DELETED' ? undefined : known);
        }
        this.#tell([...latest.values()].filter((object) => object !== undefined), [...latest].filter(([, object]) => object === undefined).map(([key]) => key));
      }
    } catch (error) {
      // Whatever the server has against the version, a list does without it; an interruption has nothing to do with it.
      if (error instanceof FlotillaError && error.code !== 'KUBERNETES_UNAVAILABLE') this.#version = undefined;
      throw error;
    }
  }

  #tell(upserts: readonly ApiObject[], removals: readonly string[]): void {
    for (const object of upserts) this.#versions.set(objectKey(object), object.metadata.resourceVersion);
    const known = removals.filter((key) => this.#versions.delete(key));
    if (upserts.length > 0 || known.length > 0) this.#options.onChange({ upserts, removals: known });
  }

  #settle(as: 'listed' | 'unknown'): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#options.onSettled(as);
  }

  /** Says once what keeps the objects from being followed; that a watch has to begin anew is nothing out of the way. */
  #report(error: unknown): void {
    const { path, logger } = this.#options;
    const code = error instanceof FlotillaError ? error.code : undefined;
    if (code === 'NOT_FOUND') this.#settle('unknown');
    const reason = messageOf(error);
    if (code !== 'EXPIRED' && reason !== this.#trouble) logger.warn({ path, reason }, 'objects of Kubernetes cannot be followed at the moment; what is known stays');
    this.#trouble = reason;
  }
}

function missing(versions: ReadonlyMap<string, string>, found: readonly ApiObject[]): string[] {
  const there = new Set(found.map(objectKey));
  return [...versions.keys()].filter((key) => !there.has(key));
}

function messageIn(status: unknown): string {
  return isFields(status) && typeof status['message'] === 'string' ? status['message'] : 'it said no more';
}
