/**
 * Finds out which resources of a refused response are at fault. Envoy takes or refuses most responses whole: what was
 * refused together is sent again in halves, until a resource stands alone. What is at fault only because of another, as a
 * virtual host whose domain that other has still to give up, has another turn when the others are through.
 */
export class RefusedApart {
  /** To be sent, each group in a response of its own. */
  #groups: (readonly string[])[] = [];
  readonly #atFault = new Set<string>();
  #gained = false;

  get any(): boolean {
    return this.#groups.length > 0;
  }

  get names(): readonly string[] {
    return this.#groups.flat();
  }

  /** The next group to send. */
  next(): readonly string[] | undefined {
    return this.#groups.shift();
  }

  /** Has `name` sent by itself. */
  add(name: string): void {
    this.#groups.push([name]);
  }

  /** The proxy refused a response with these in it. */
  refused(names: readonly string[]): void {
    const [only, second] = names;
    if (only === undefined) return;
    if (second === undefined) this.#atFault.add(only);
    else this.#groups.push(names.slice(0, names.length >> 1), names.slice(names.length >> 1));
  }

  /** The proxy took a response with these in it. */
  accepted(names: readonly string[]): void {
    if (this.#atFault.size === 0) return;
    const before = this.#atFault.size;
    for (const name of names) this.#atFault.delete(name);
    this.#gained ||= this.#atFault.size === before;
  }

  /** All groups have been answered: what is at fault is tried once more, if others got through since. */
  settled(): void {
    if (!this.#gained || this.any) return;
    this.#gained = false;
    this.#groups = [...this.#atFault].map((name) => [name]);
    this.#atFault.clear();
  }

  /** The name is no longer wanted. */
  forget(name: string): void {
    this.#atFault.delete(name);
    if (this.any) this.#groups = this.#groups.map((group) => group.filter((each) => each !== name)).filter(({ length }) => length > 0);
  }
}
