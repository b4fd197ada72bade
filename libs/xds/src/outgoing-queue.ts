import type { EncodedResource } from './encoded-resource.ts';
import { IdSet } from './id-set.ts';
import type { NameSet } from './name-set.ts';
import { byNumber } from './numbered-resources.ts';
import { RefusedApart } from './refused-apart.ts';
import { SparseMap } from './sparse-map.ts';

/** What the proxy holds of a resource, as far as is known: undefined when it must be told in any case. */
export type Held = Pick<EncodedResource, 'version'> & Partial<EncodedResource>;

/** The proxy is known not to have the resource. */
export const absent: Held = { version: '' };

/** Whether more is at hand than the version. */
export function isResource(held: Held): held is EncodedResource {
  return held.deltaFrame !== undefined;
}

/** What a response is made from. */
export interface Batch {
  /** A response was due even with nothing in it. */
  readonly due: boolean;
  readonly upserts: EncodedResource[];
  readonly removals: string[];
  /** What is in it was refused before, or is suspected to be. */
  apart: boolean;
}

/** What a queue sends. */
export interface QueueSource {
  get(name: string): EncodedResource | undefined;
  /** All there is; the same array for as long as nothing of it changes. */
  list(): readonly EncodedResource[];
  /** Whether a resource should have a response of its own. */
  suspected(resource: EncodedResource): boolean;
}

/** From so many names on it is worth the while to find them by their numbers. */
const manyNames = 64;

/** All there is of a type, to be sent one after another: the array is shared, not copied. */
interface Walk {
  readonly resources: readonly EncodedResource[];
  /** What the proxy says it holds, name to version; undefined for nothing, which is not looked through. */
  readonly held: Readonly<Record<string, string>> | undefined;
  next: number;
}

/**
 * What is to be sent of one type on one stream, by name: however often a resource changes before its turn comes, it is
 * sent once, as it is then.
 */
export class OutgoingQueue {
  readonly #subscribed: NameSet;
  /** Names subscribed to that must be told in any case: thousands at a time, when a proxy names its endpoints. */
  readonly #asked = new IdSet();
  /** What changed, with what the proxy has of it; undefined where it must be told in any case. */
  readonly #upserts = new SparseMap<string, Held | undefined>();
  readonly #removals = new SparseMap<string, Held>();
  #apart: RefusedApart | undefined;
  readonly #source: QueueSource;
  #walk: Walk | undefined;
  #since = 0;
  /** A response is due even if there is nothing to put in it. */
  mustAnswer = false;

  /**
   * @param subscribed the names subscribed to, kept up to date by the owner, who says of a name that it gives up {@link unask}
   */
  constructor(source: QueueSource, subscribed: NameSet) {
    this.#source = source;
    this.#subscribed = subscribed;
  }

  /** The first revision that has something in the queue. */
  get since(): number | undefined {
    return this.hasUpserts || this.hasRemovals ? this.#since : undefined;
  }

  get hasUpserts(): boolean {
    return this.mustAnswer || this.#walk !== undefined || this.#asked.size > 0 || this.#upserts.size > 0 || this.#apart?.any === true;
  }

  get hasRemovals(): boolean {
    return this.#removals.size > 0;
  }

  /** Resources that the proxy is still to keep, though they are gone. */
  get removals(): Iterable<Held> {
    return this.#removals.values();
  }

  /** What was refused, and is tried again in other company. */
  get apart(): RefusedApart {
    return (this.#apart ??= new RefusedApart());
  }

  /** Puts all of a type in the queue, but for what the proxy has as it is. */
  addAll(resources: readonly EncodedResource[], held: Readonly<Record<string, string>> | undefined, since: number): void {
    this.#since = Math.min(this.since ?? since, since);
    this.#walk = { resources, held, next: 0 };
  }

  /** Puts a name in the queue. `held` is what the proxy has; a name that waits already keeps what was said first. */
  add(name: string, held: Held | undefined, since: number): void {
    this.#since = Math.min(this.since ?? since, since);
    if (held === undefined) this.#ask(name);
    else if (!this.#isAsked(name)) {
      const before = this.#removals.get(name) ?? (this.#upserts.has(name) ? this.#upserts.get(name) : held);
      this.#forgetChange(name);
      if (before === undefined || this.#source.get(name) !== undefined) this.#upserts.set(name, before);
      else if (before !== absent) this.#removals.set(name, before);
    }
  }

  /** The proxy refused a response with these in it: they are sent again, apart. */
  refused(names: readonly string[], since: number): void {
    this.#since = Math.min(this.since ?? since, since);
    this.apart.refused(names);
  }

  remove(name: string): void {
    this.unask(name);
    this.#apart?.forget(name);
    this.#forgetChange(name);
  }

  /** A name is about to be given up: its number may become another's. */
  unask(name: string): void {
    const id = this.#subscribed.idOf(name);
    if (id !== undefined) this.#asked.delete(id);
  }

  /** Empties the queue: what its end has to call. */
  clear(): void {
    this.keepOnly(() => false);
  }

  #ask(name: string): void {
    const id = this.#subscribed.idOf(name);
    if (id !== undefined && !this.#asked.add(id)) return;
    this.#forgetChange(name);
    if (id === undefined) this.#upserts.set(name, undefined);
  }

  #isAsked(name: string): boolean {
    if (this.#asked.size === 0) return false;
    const id = this.#subscribed.idOf(name);
    return id !== undefined && this.#asked.has(id);
  }

  #forgetChange(name: string): void {
    this.#upserts.delete(name);
    this.#removals.delete(name);
  }

  /** Not everything is asked for any longer: only names that `wanted` says yes to stay. */
  keepOnly(wanted: (name: string) => boolean): void {
    this.#walk = undefined;
    for (const name of [...[...this.#asked].map((id) => this.#subscribed.nameOf(id)), ...this.#upserts.keys(), ...this.#removals.keys(), ...(this.#apart?.names ?? [])]) if (!wanted(name)) this.remove(name);
  }

  /**
   * Takes the next resources out, up to about `maxBytes`, skipping those that the proxy has as they are.
   *
   * @param withRemovals whether what is gone may be said to be gone
   * @returns undefined when there is nothing to say
   */
  take(maxBytes: number, withRemovals: boolean): Batch | undefined {
    const batch: Batch = { due: this.mustAnswer, upserts: [], removals: [], apart: false };
    this.mustAnswer = false;
    this.#fill(batch, maxBytes, withRemovals);
    if (batch.upserts.length === 0 && batch.removals.length === 0) this.#fillApart(batch);
    return batch.due || batch.upserts.length > 0 || batch.removals.length > 0 ? batch : undefined;
  }

  #fill(batch: Batch, maxBytes: number, withRemovals: boolean): void {
    let room = this.#takeWalk(batch, maxBytes);
    room = this.#takeAsked(batch, room);
    for (const [name, held] of this.#upserts) {
      if (room <= 0) return;
      this.#upserts.delete(name);
      const resource = this.#source.get(name);
      if (resource === undefined) {
        batch.removals.push(name);
        room -= name.length;
      } else if (resource.version !== held?.version) {
        this.#put(batch, resource);
        room -= resource.deltaFrame.length;
      }
    }
    if (!withRemovals) return;
    for (const name of this.#removals.keys()) {
      if (room <= 0) return;
      this.#removals.delete(name);
      batch.removals.push(name);
      room -= name.length;
    }
  }

  #takeAsked(batch: Batch, maxBytes: number): number {
    let room = maxBytes;
    const found = this.#asked.size < manyNames ? undefined : byNumber(this.#source.list());
    while (room > 0) {
      const id = this.#asked.shift();
      if (id === undefined) break;
      const name = this.#subscribed.nameOf(id);
      let resource = found?.[id];
      if (resource?.name !== name) {
        resource = this.#source.get(name);
        if (found !== undefined) found[id] = resource;
      }
      if (resource === undefined) batch.removals.push(name);
      else this.#put(batch, resource);
      room -= resource?.deltaFrame.length ?? name.length;
    }
    return room;
  }

  #put(batch: Batch, resource: EncodedResource): void {
    if (this.#source.suspected(resource)) this.apart.add(resource.name);
    else batch.upserts.push(resource);
  }

  #fillApart(batch: Batch): void {
    batch.apart = true;
    while (batch.upserts.length === 0 && batch.removals.length === 0 && this.#apart?.any === true) {
      for (const name of this.#apart.next() ?? []) {
        const resource = this.#source.get(name);
        if (resource !== undefined) batch.upserts.push(resource);
        else if (!this.#removals.has(name)) batch.removals.push(name);
      }
    }
  }

  #takeWalk(batch: Batch, maxBytes: number): number {
    const walk = this.#walk;
    let room = maxBytes;
    if (walk === undefined) return room;
    const othersWait = this.#asked.size > 0 || this.#upserts.size > 0 || this.#removals.size > 0;
    for (; walk.next < walk.resources.length && room > 0; walk.next += 1) {
      const resource = walk.resources[walk.next];
      const version = resource === undefined ? undefined : walk.held?.[resource.name];
      if (resource === undefined || (othersWait && this.#supersedes(resource.name, version)) || version === resource.version) continue;
      this.#put(batch, resource);
      room -= resource.deltaFrame.length;
    }
    if (walk.next >= walk.resources.length) this.#walk = undefined;
    return room;
  }

  /**
   * Whether a name that the walk comes to waits by itself, because it changed or was asked for since. What it was then
   * said to be the proxy was never sent: it has `version`, or nothing.
   */
  #supersedes(name: string, version: string | undefined): boolean {
    if (this.#isAsked(name) || (this.#upserts.has(name) && this.#upserts.get(name) === undefined)) return true;
    const held = version === undefined ? absent : { version };
    if (this.#upserts.has(name)) this.#upserts.set(name, held);
    else if (!this.#removals.has(name)) return false;
    else if (held === absent) this.#removals.delete(name);
    else this.#removals.set(name, held);
    return true;
  }
}
