/**
 * A map that is empty most of the time, and takes no room then: a `Map` keeps a table for as long as it lives. A stream
 * has dozens of them, of which at rest none has anything in it.
 */
export class SparseMap<Key, Value> implements Iterable<[Key, Value]> {
  #entries: Map<Key, Value> | undefined;

  get size(): number {
    return this.#entries?.size ?? 0;
  }

  has(key: Key): boolean {
    return this.#entries?.has(key) === true;
  }

  get(key: Key): Value | undefined {
    return this.#entries?.get(key);
  }

  set(key: Key, value: Value): void {
    this.#entries ??= new Map<Key, Value>();
    this.#entries.set(key, value);
  }

  delete(key: Key): void {
    this.#entries?.delete(key);
    if (this.#entries?.size === 0) this.#entries = undefined;
  }

  clear(): void {
    this.#entries = undefined;
  }

  *keys(): Generator<Key> {
    yield* this.#entries?.keys() ?? [];
  }

  *values(): Generator<Value> {
    yield* this.#entries?.values() ?? [];
  }

  *[Symbol.iterator](): Generator<[Key, Value]> {
    yield* this.#entries ?? [];
  }
}
