/** A set of small whole numbers, a bit for each from the least to the greatest: numbers given out together lie together. */
export class IdSet {
  #bits = none;
  /** The word of all that the first one held is. */
  #base = 0;
  #size = 0;
  /** No bit is set before this word of those held. */
  #first = 0;

  get size(): number {
    return this.#size;
  }

  has(id: number): boolean {
    const word = (id >>> 5) - this.#base;
    return word >= 0 && ((this.#bits[word] ?? 0) & (1 << (id & 31))) !== 0;
  }

  /** @returns whether it was not in the set */
  add(id: number): boolean {
    if (this.has(id)) return false;
    this.#reach(id >>> 5);
    const word = (id >>> 5) - this.#base;
    this.#bits[word] = (this.#bits[word] ?? 0) | (1 << (id & 31));
    this.#size += 1;
    this.#first = Math.min(this.#first, word);
    return true;
  }

  /** @returns whether it was in the set */
  delete(id: number): boolean {
    if (!this.has(id)) return false;
    const word = (id >>> 5) - this.#base;
    this.#bits[word] = (this.#bits[word] ?? 0) & ~(1 << (id & 31));
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
      const id = (this.#base + this.#first) * 32 + lowestBit(bits);
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
      for (let bits = this.#bits[word] ?? 0; bits !== 0; bits &= bits - 1) yield (this.#base + word) * 32 + lowestBit(bits);
    }
  }

  /** Makes room for a word, and for as many beside it as there are already. */
  #reach(word: number): void {
    const { length } = this.#bits;
    if (length === 0) this.#base = word;
    const place = word - this.#base;
    if (place >= 0 && place < length) return;
    const below = place < 0 ? Math.min(this.#base, Math.max(-place, length)) : 0;
    const bits = new Uint32Array(below + Math.max(place + 1, place < 0 ? length : length * 2));
    bits.set(this.#bits, below);
    this.#bits = bits;
    this.#base -= below;
    this.#first += below;
  }
}

const none = new Uint32Array(0);

/** @param bits not 0 */
function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
