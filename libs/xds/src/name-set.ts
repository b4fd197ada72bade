import type { NameTable } from './name-table.ts';

/** A set of names, one bit for each name that its table knows. */
export class NameSet implements Iterable<string> {
  readonly #table: NameTable;
  #bits = none;
  #size = 0;
  /** No bit is set before this word. */
  #first = 0;

  constructor(table: NameTable) {
    this.#table = table;
  }

  get size(): number {
    return this.#size;
  }

  has(name: string): boolean {
    const id = this.#table.find(name);
    return id !== undefined && this.#test(id);
  }

  /** @returns whether it was not in the set */
  add(name: string): boolean {
    const id = this.#table.acquire(name);
    if (this.#test(id)) {
      this.#table.release(id);
      return false;
    }
    const word = id >>> 5;
    if (word >= this.#bits.length) {
      const bits = new Uint32Array(Math.max(word + 1, this.#bits.length * 2));
      bits.set(this.#bits);
      this.#bits = bits;
    }
    this.#bits[word] = (this.#bits[word] ?? 0) | (1 << (id & 31));
    this.#size += 1;
    this.#first = Math.min(this.#first, word);
    return true;
  }

  /** Takes one name out of the set; undefined when it is empty. */
  shift(): string | undefined {
    for (; this.#first < this.#bits.length; this.#first += 1) {
      const bits = this.#bits[this.#first] ?? 0;
      if (bits === 0) continue;
      const id = this.#first * 32 + lowestBit(bits);
      const name = this.#table.nameOf(id);
      this.#remove(id);
      return name;
    }
    return undefined;
  }

  /**
   * The string that everybody who has the name in a set shares: to be kept instead of what a request carried, whose
   * characters would be hashed and compared at every look-up.
   */
  shared(name: string): string {
    return this.#table.shared(name);
  }

  /** @returns whether it was in the set */
  delete(name: string): boolean {
    const id = this.#table.find(name);
    if (id === undefined || !this.#test(id)) return false;
    this.#remove(id);
    return true;
  }

  /** Empties the set: what its end has to call, for the table counts who uses a name. */
  clear(): void {
    for (const id of this.#ids()) this.#table.release(id);
    this.#reset();
  }

  *[Symbol.iterator](): Generator<string> {
    for (const id of this.#ids()) yield this.#table.nameOf(id);
  }

  #test(id: number): boolean {
    return ((this.#bits[id >>> 5] ?? 0) & (1 << (id & 31))) !== 0;
  }

  #remove(id: number): void {
    this.#bits[id >>> 5] = (this.#bits[id >>> 5] ?? 0) & ~(1 << (id & 31));
    this.#size -= 1;
    this.#table.release(id);
    if (this.#size === 0) this.#reset();
  }

  /** A set that is mostly empty, as a queue at rest, takes no room. */
  #reset(): void {
    this.#bits = none;
    this.#size = 0;
    this.#first = 0;
  }

  *#ids(): Generator<number> {
    for (let word = 0; word < this.#bits.length; word += 1) {
      let bits = this.#bits[word] ?? 0;
      while (bits !== 0) {
        yield word * 32 + lowestBit(bits);
        bits &= bits - 1;
      }
    }
  }
}

const none = new Uint32Array(0);

/** @param bits not 0 */
function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
