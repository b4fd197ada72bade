/** Things that carry their name. */
export interface Known {
  get(name: string): { readonly name: string } | undefined;
}

/**
 * Gives names small numbers for as long as somebody uses them, so that what a stream subscribes to can be held in bits:
 * a fleet of proxies that each name ten thousand endpoints holds each name once.
 */
export class NameTable {
  readonly #ids = new Map<string, number>();
  readonly #names: (string | undefined)[] = [];
  readonly #uses: number[] = [];
  readonly #free: number[] = [];

  /** How many names are in use. */
  get size(): number {
    return this.#ids.size;
  }

  /** The number of a name that is in use. */
  find(name: string): number | undefined {
    return this.#ids.get(name);
  }

  /**
   * The number of a name, which is in use once more; to be paired with {@link release}.
   *
   * @param known where the string to hold for a name that was not in use is looked for
   */
  acquire(name: string, known: Known): number {
    let id = this.#ids.get(name);
    if (id === undefined) {
      id = this.#free.pop() ?? this.#names.length;
      const held = known.get(name)?.name ?? name;
      this.#ids.set(held, id);
      this.#names[id] = held;
      this.#uses[id] = 0;
    }
    this.#uses[id] = (this.#uses[id] ?? 0) + 1;
    return id;
  }

  release(id: number): void {
    const uses = (this.#uses[id] ?? 0) - 1;
    this.#uses[id] = uses;
    const name = this.#names[id];
    if (uses > 0 || name === undefined) return;
    this.#ids.delete(name);
    this.#names[id] = undefined;
    this.#free.push(id);
  }

  /** The name behind a number in use. */
  nameOf(id: number): string {
    const name = this.#names[id];
    if (name === undefined) throw new RangeError(`no name has the number ${id}`);
    return name;
  }
}
