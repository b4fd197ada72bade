import { IdSet } from './id-set.ts';
import type { Known, NameTable } from './name-table.ts';

/** A set of names, one bit for each name that its table knows. */
export class NameSet implements Iterable<string> {
  readonly #table: NameTable;
  readonly #ids = new IdSet();

  constructor(table: NameTable) {
    this.#table = table;
  }

  get size(): number {
    return this.#ids.size;
  }

  has(name: string): boolean {
    return this.idOf(name) !== undefined;
  }

  /** The number of a name, for as long as it is in the set; undefined when it is not. */
  idOf(name: string): number | undefined {
    const id = this.#table.find(name);
    return id !== undefined && this.#ids.has(id) ? id : undefined;
  }

  nameOf(id: number): string {
    return this.#table.nameOf(id);
  }

  /**
   * Puts a name into the set, if it is not in it.
   *
   * @param known has the string to hold for the name if nobody has used it before
   * @returns the string that everybody who has the name in a set shares: to be kept instead of what a request carried,
   *   whose characters would be hashed and compared at every look-up
   */
  add(name: string, known: Known = nothing): string {
    const id = this.#table.acquire(name, known);
    if (!this.#ids.add(id)) this.#table.release(id);
    return this.#table.nameOf(id);
  }

  /** @returns whether it was in the set */
  delete(name: string): boolean {
    const id = this.idOf(name);
    if (id === undefined) return false;
    this.#ids.delete(id);
    this.#table.release(id);
    return true;
  }

  /** Empties the set: what its end has to call, for the table counts who uses a name. */
  clear(): void {
    for (const id of this.#ids) this.#table.release(id);
    this.#ids.clear();
  }

  *[Symbol.iterator](): Generator<string> {
    for (const id of this.#ids) yield this.#table.nameOf(id);
  }
}

const nothing: Known = { get: () => undefined };
