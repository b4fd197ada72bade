import { Acknowledgements } from './acknowledgements.ts';
import { NameSet } from './name-set.ts';
import type { NameTable } from './name-table.ts';
import type { EncodedResource } from './encoded-resource.ts';
import { OutgoingQueue, type QueueSource } from './outgoing-queue.ts';
import type { SyncState, TypeStatus } from './proxy-status.ts';
import { traitsOf, type ResourceTypeTraits } from './resource-type.ts';

/** What a stream shows, of all its types. */
export interface StreamSource {
  get(type: StreamType, name: string): EncodedResource | undefined;
  list(type: StreamType): readonly EncodedResource[];
  suspected(resource: EncodedResource): boolean;
}

/** One type of resource on one stream: what is subscribed to, what is to be sent, and what was answered. */
export class StreamType implements QueueSource {
  readonly traits: ResourceTypeTraits;
  readonly names: NameSet;
  readonly queue: OutgoingQueue;
  readonly ledger: Acknowledgements;
  readonly #source: StreamSource;
  /** Subscribed to all there is, besides the names. */
  wildcard = false;
  /** Whether it was ever subscribed to by name: only until then does naming nothing mean everything. */
  everNamed = false;

  constructor(typeUrl: string, protocol: 'delta' | 'sotw', table: NameTable, source: StreamSource) {
    this.traits = traitsOf(typeUrl);
    this.names = new NameSet(table);
    this.ledger = new Acknowledgements(protocol === 'delta');
    this.#source = source;
    this.queue = new OutgoingQueue(this, this.names);
  }

  get(name: string): EncodedResource | undefined {
    return this.#source.get(this, name);
  }

  list(): readonly EncodedResource[] {
    return this.#source.list(this);
  }

  suspected(resource: EncodedResource): boolean {
    return this.traits.refusedWhole && this.#source.suspected(resource);
  }

  /** @returns the string to keep for the name */
  subscribe(name: string): string {
    // The resource's own name, so that looking it up compares no characters.
    return this.names.add(name, this);
  }

  /** @returns whether it was subscribed to by name */
  unsubscribe(name: string): boolean {
    this.queue.unask(name);
    return this.names.delete(name);
  }

  subscribes(name: string): boolean {
    return this.wildcard || this.names.has(name);
  }

  /** Ends it: the names that it uses are free. */
  close(): void {
    this.queue.clear();
    this.names.clear();
  }

  get subscribesAnything(): boolean {
    return this.wildcard || this.names.size > 0;
  }

  /** The first revision that this type has yet to be sent, or to answer. */
  get since(): number | undefined {
    const open = [this.queue.since, this.ledger.since].filter((revision) => revision !== undefined);
    return open.length === 0 ? undefined : Math.min(...open);
  }

  /**
   * Whether something waits for a push: what is free to go at any time does not.
   *
   * @param mayRemove whether a push would send the removals that come last
   */
  wantsPush(mayRemove: boolean): boolean {
    const { stage, removedLast } = this.traits;
    const upserts = stage !== 'free' && this.queue.hasUpserts;
    return upserts || (this.queue.hasRemovals && (removedLast ? mayRemove : stage !== 'free'));
  }

  /** @param hidden whether changes wait for the push under way to end */
  status(hidden: boolean): TypeStatus {
    return {
      typeUrl: this.traits.typeUrl,
      state: this.#state(hidden),
      wildcard: this.wildcard,
      subscribed: this.names.size,
      sentRevision: this.ledger.sentRevision,
      ackedRevision: this.ledger.ackedRevision,
      refusals: this.ledger.refusals,
    };
  }

  #state(hidden: boolean): SyncState {
    if (this.ledger.anyRefused) return 'NACKED';
    if (this.subscribesAnything && this.ledger.lastNonce === '' && !this.ledger.presented) return 'NOT_SENT';
    return hidden || this.since !== undefined ? 'STALE' : 'SYNCED';
  }
}
