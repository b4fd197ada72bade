/** A set of small whole numbers, a bit for each. */
export class IdSet {
  #bits = none;
  #size = 0;
  /** No bit is set before this word. */
  #first = 0;

  get size(): number {
    return this.#size;
  }

  has(id: number): boolean {
    return ((this.#bits[id >>> 5] ?? 0) & (1 << (id & 31))) !== 0;
  }

  /** @returns whether it was not in the set */
  add(id: number): boolean {
    if (this.has(id)) return false;
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

  /** @returns whether it was in the set */
  delete(id: number): boolean {
    if (!this.has(id)) return false;
    this.#bits[id >>> 5] = (this.#bits[id >>> 5] ?? 0) & ~(1 << (id & 31));
    this.#size -= 1;
    // A set that is mostly empty, as a queue at rest, takes no room.
    if (this.#size === 0) this.clear();
    return true;
  }

  /** Takes the smallest out of the set; undefined when it is empty. */
  shift(): number | undefined {
    for (; this.#first < this.#bits.length; this.#first += 1) {
      const bits = this.#bits[this.#first] ?? 0;
      if (bits === 0) continue;
      const id = this.#first * 32 + lowestBit(bits);
      this.delete(id);
      return id;
    }
    return undefined;
  }

  clear(): void {
    this.#bits = none;
    this.#size = 0;
    this.#first = 0;
  }

  *[Symbol.iterator](): Generator<number> {
    for (let word = this.#first; word < this.#bits.length; word += 1) {
      for (let bits = this.#bits[word] ?? 0; bits !== 0; bits &= bits - 1) yield word * 32 + lowestBit(bits);
    }
  }
}

const none = new Uint32Array(0);

/** @param bits not 0 */
function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
