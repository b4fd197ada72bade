import type { Refusal } from './proxy-status.ts';
import { namesIn } from './refused-names.ts';
import { SparseMap } from './sparse-map.ts';

/** A response that was sent and not yet answered. */
export interface Awaited {
  readonly nonce: string;
  /** The revision that the response is of, and the first of those whose changes it holds. */
  readonly revision: number;
  readonly since: number;
  readonly sentAt: number;
  /** The resources in it. */
  readonly resources: readonly { readonly name: string; readonly version: string }[];
  /** The names that it says are gone. */
  readonly removals?: readonly string[];
  /** It was made of what had been refused before. */
  readonly apart?: boolean;
  /** Clusters whose endpoints the response holds and whose push waits for that. */
  readonly warms: readonly string[];
  /** Whether later stages of the push wait for the answer. */
  gates: boolean;
}

/** What came of a response. */
export interface Answer {
  readonly awaited: Awaited;
  /** Earlier responses that this answer speaks for, too. */
  readonly superseded: readonly Awaited[];
  readonly refusal: Refusal | undefined;
}

/** The key of a refusal that names nothing. */
const unnamed = '';

/** Unanswered responses remembered at one time for a type: more than any client leaves open that answers at all. */
const longest = 64;

/** The ledger of one type on one stream: what was sent, accepted, and refused. */
export class Acknowledgements {
  readonly #refusals = new SparseMap<string, Refusal>();
  readonly #answersEach: boolean;
  #awaited: Awaited[] = [];
  sentRevision = 0;
  ackedRevision = 0;
  lastNonce = '';
  /** The proxy came with resources that it had before. */
  presented = false;

  /** @param answersEach whether every response is answered (delta), or the last one for all (state of the world) */
  constructor(answersEach: boolean) {
    this.#answersEach = answersEach;
  }

  get refusals(): readonly Refusal[] {
    return [...new Set(this.#refusals.values())];
  }

  get anyRefused(): boolean {
    return this.#refusals.size > 0;
  }

  /** Whether a later stage has to wait. */
  get gated(): boolean {
    return this.#awaited.some(({ gates }) => gates);
  }

  /** Whether everything has been answered. */
  get complete(): boolean {
    return this.#awaited.length === 0;
  }

  /** The first revision that waits for an answer. */
  get since(): number | undefined {
    return this.#awaited.length === 0 ? undefined : Math.min(...this.#awaited.map(({ since }) => since));
  }

  sent(awaited: Awaited): void {
    this.sentRevision = awaited.revision;
    this.lastNonce = awaited.nonce;
    this.#awaited.push(awaited);
    if (this.#awaited.length <= longest) return;
    const [lost, next, ...rest] = this.#awaited;
    if (lost !== undefined && next !== undefined) this.#awaited = [{ ...next, since: Math.min(lost.since, next.since) }, ...rest];
  }

  /** What the proxy came with is all there is at `revision`: nothing had to be sent. */
  present(revision: number): void {
    this.sentRevision = Math.max(this.sentRevision, revision);
    this.ackedRevision = Math.max(this.ackedRevision, revision);
  }

  /** Nothing waits any longer for what was not answered. @returns whether something did */
  giveUp(): boolean {
    const gated = this.gated;
    for (const awaited of this.#awaited) awaited.gates = false;
    return gated;
  }

  /**
   * Takes an answer in, in whichever order answers come.
   *
   * @param error what the proxy said, for a refusal
   * @param exists whether a word that it said is the name of a resource it subscribes to
   * @returns undefined for a nonce that is not waited for
   */
  answer(nonce: string, error: string | undefined, exists: (name: string) => boolean, at: number): Answer | undefined {
    const index = this.#awaited.findIndex((each) => each.nonce === nonce);
    const awaited = this.#awaited[index];
    if (awaited === undefined) return undefined;
    const superseded = this.#answersEach ? [] : this.#awaited.slice(0, index);
    this.#awaited = this.#awaited.filter((each) => each !== awaited && !superseded.includes(each));
    if (error === undefined) {
      this.ackedRevision = Math.max(this.ackedRevision, awaited.revision);
      // Only what was refused of an earlier response is mended by this one.
      if (this.anyRefused) for (const { name } of [{ name: unnamed }, ...awaited.resources]) if ((this.#refusals.get(name)?.revision ?? Infinity) <= awaited.revision) this.#refusals.delete(name);
      return { awaited, superseded, refusal: undefined };
    }
    const names = awaited.resources.length === 1 ? awaited.resources.map(({ name }) => name) : namesIn(error, exists);
    const versions = Object.fromEntries(awaited.resources.flatMap(({ name, version }) => (names.includes(name) ? [[name, version]] : [])));
    const refusal: Refusal = { reason: error, names, versions, revision: awaited.revision, since: awaited.since, at };
    for (const name of names.length === 0 ? [unnamed] : names) this.#refusals.set(name, refusal);
    return { awaited, superseded, refusal };
  }

  /** The proxy no longer has, or wants, a resource: that it was refused is over. */
  forget(name: string): void {
    this.#refusals.delete(name);
  }
}
