import { Acknowledgements } from './acknowledgements.ts';
import { NameSet } from './name-set.ts';
import type { NameTable } from './name-table.ts';
import { OutgoingQueue, type QueueSource } from './outgoing-queue.ts';
import type { SyncState, TypeStatus } from './proxy-status.ts';
import { traitsOf, type ResourceTypeTraits } from './resource-type.ts';

/** One type of resource on one stream: what is subscribed to, what is to be sent, and what was answered. */
export class StreamType {
  readonly traits: ResourceTypeTraits;
  readonly names: NameSet;
  readonly queue: OutgoingQueue;
  readonly #canonical: (name: string) => string;
  readonly ledger: Acknowledgements;
  /** Subscribed to all there is, besides the names. */
  wildcard = false;
  /** Whether it was ever subscribed to by name: only until then does naming nothing mean everything. */
  everNamed = false;

  constructor(typeUrl: string, protocol: 'delta' | 'sotw', table: NameTable, source: QueueSource) {
    this.traits = traitsOf(typeUrl);
    this.names = new NameSet(table);
    // The resource's own name, so that looking it up compares no characters.
    this.#canonical = (name) => source.get(name)?.name ?? name;
    this.ledger = new Acknowledgements(protocol === 'delta');
    this.queue = new OutgoingQueue(source, this.names);
  }

  /** @returns the string to keep for the name */
  subscribe(name: string): string {
    return this.names.add(name, this.#canonical);
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
