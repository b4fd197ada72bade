import { resourceKey, type MeshResource } from '@flotilla/resources';
import type { ResourceChange } from './resource-store.ts';

/** One message of a bucket's stream: what a subject holds as of a revision. */
export interface Entry {
  readonly subject: string;
  readonly revision: number;
  /** An entry that is unreadable changes nothing. */
  readonly content: MeshResource | 'removed' | 'unreadable';
  /** The last message of its commit. Up to here the state is one that somebody committed. */
  readonly endsCommit: boolean;
  /** How many messages the stream still has for this reader. */
  readonly pending: number;
}

/** What is known of a stream at the moment when reading it from its beginning starts. */
export interface Listing {
  /** Tells one life of a stream from the next, whose revisions start again. */
  readonly stream: string;
  readonly lastRevision: number;
  /** How many messages the list will have. */
  readonly pending: number;
}

/** What a replica holds, as the cache file keeps it. */
export interface ReplicaState {
  readonly stream: string;
  readonly revision: number;
  readonly resources: ReadonlyMap<string, MeshResource>;
}

/**
 * A copy of a bucket, brought forward by its messages. It turns them into changes that never
 * show half a commit, and after every interruption finds by a full list what is different.
 */
export class Replica {
  #stream = '';
  #revision = 0;
  #resources = new Map<string, MeshResource>();
  /** What has arrived since the last complete commit, newest by subject. */
  #gathered = new Map<string, Entry>();
  #listing: Listing | undefined;
  /** The revision of the newest message. */
  #position = 0;
  /** Whether a message was replaced before it got here: until its replacement has come, no state is whole. */
  #catchingUp = false;

  get state(): ReplicaState {
    return { stream: this.#stream, revision: this.#revision, resources: this.#resources };
  }

  /** Takes over a state read from a cache; gives it as one change. */
  restore({ stream, revision, resources }: ReplicaState): ResourceChange {
    this.#stream = stream;
    this.#revision = revision;
    this.#resources = new Map(resources);
    return { upserts: [...resources.values()], removals: [], revision };
  }

  /**
   * Says that the messages from now on list the stream from its beginning, the newest of each subject.
   * Gives the change at once where there is nothing to list.
   *
   * A stream that was never written to says nothing about what a replica holds from before: it is one that
   * was lost and has just been made again, and its writer is about to fill it.
   */
  beginList(listing: Listing): ResourceChange | undefined {
    this.#listing = listing;
    this.#position = listing.lastRevision;
    this.#gathered.clear();
    const awaitsRefill = listing.lastRevision === 0 && this.#resources.size > 0;
    return listing.pending === 0 && !awaitsRefill ? this.#endList(listing) : undefined;
  }

  /** Takes the next message; gives the change that it completes, if it completes one. */
  receive(entry: Entry): ResourceChange | undefined {
    this.#gathered.set(entry.subject, entry);
    const listing = this.#listing;
    this.#catchingUp ||= entry.revision > this.#position + 1;
    this.#position = entry.revision;
    if (listing === undefined) {
      const whole = entry.endsCommit && (!this.#catchingUp || entry.pending === 0);
      return whole ? this.#endCommit(entry.revision) : undefined;
    }
    // The end of a commit that was complete when the list began may itself have been replaced or removed since.
    const complete = entry.endsCommit || entry.revision <= listing.lastRevision;
    return entry.pending === 0 && complete ? this.#endList(listing) : undefined;
  }

  #endCommit(revision: number): ResourceChange {
    const upserts: MeshResource[] = [];
    const removals: string[] = [];
    for (const [subject, { content }] of this.#gathered) {
      if (content === 'unreadable') continue;
      if (content === 'removed') {
        this.#remove(subject, removals);
        continue;
      }
      this.#resources.set(subject, content);
      upserts.push(content);
    }
    this.#gathered.clear();
    this.#catchingUp = false;
    this.#revision = revision;
    return { upserts, removals, revision };
  }

  #endList(listing: Listing): ResourceChange {
    const sameStream = listing.stream === this.#stream;
    const upserts: MeshResource[] = [];
    const removals: string[] = [];
    let revision = listing.lastRevision;
    for (const [subject, { content, revision: own }] of this.#gathered) {
      revision = Math.max(revision, own);
      if (content === 'removed' || content === 'unreadable') continue;
      const known = this.#resources.get(subject);
      if (sameStream && known?.metadata.resourceVersion === content.metadata.resourceVersion) continue;
      this.#resources.set(subject, content);
      upserts.push(content);
    }
    for (const subject of [...this.#resources.keys()]) {
      const content = this.#gathered.get(subject)?.content;
      if (content === undefined || content === 'removed') this.#remove(subject, removals);
    }
    this.#gathered.clear();
    this.#catchingUp = false;
    this.#listing = undefined;
    this.#stream = listing.stream;
    this.#revision = revision;
    return { upserts, removals, revision };
  }

  #remove(subject: string, removals: string[]): void {
    const known = this.#resources.get(subject);
    if (known === undefined) return;
    this.#resources.delete(subject);
    removals.push(resourceKey(known));
  }
}
