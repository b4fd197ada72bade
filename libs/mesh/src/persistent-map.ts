/** Anything but what stands for nothing. */
type Value = object | string | number | boolean;

/** A value for each key, `null` for one that is gone. */
type Level<K, V> = ReadonlyMap<K, V | null>;

/** A level of up to so many entries is copied for any change. */
const smallLevel = 16;

/** A larger one only for changes of more than its size divided by this. */
const levelRatio = 4;

/**
 * A map that never changes: another with other entries is made of it and shares most of what it holds. It is a few native
 * maps, none written after it was made, each much larger than the newer one before it, whose entries hide its own. So a
 * look-up is a few native ones at most, and a change copies a few dozen entries in the long run, however large the map is;
 * of changes that are made together, each copies fewer.
 *
 * Entries come in an order that depends on how the map came about.
 */
export class PersistentMap<K, V extends Value> {
  static readonly #empty = new PersistentMap<never, never>([], 0);

  readonly size: number;
  /** The newest first; nothing is gone in the last. */
  readonly #levels: readonly Level<K, V>[];

  private constructor(levels: readonly Level<K, V>[], size: number) {
    this.#levels = levels;
    this.size = size;
  }

  /** The map without entries, of which all others are made. */
  static empty<K, V extends Value>(): PersistentMap<K, V> {
    return PersistentMap.#empty as PersistentMap<unknown, never> as PersistentMap<K, V>;
  }

  get(key: K): V | undefined {
    for (const level of this.#levels) {
      const value = level.get(key);
      if (value !== undefined) return value ?? undefined;
    }
    return undefined;
  }

  has(key: K): boolean {
    return this.get(key) !== undefined;
  }

  /**
   * The map with some entries set, and those taken out that are `undefined`.
   *
   * @returns the same map where that makes no difference
   */
  with(entries: ReadonlyMap<K, V | undefined>): PersistentMap<K, V> {
    let { size } = this;
    const changes: [K, V | null][] = [];
    for (const [key, value] of entries) {
      const before = this.get(key);
      if (value === before) continue;
      if (before === undefined) size++;
      if (value === undefined) size--;
      changes.push([key, value ?? null]);
    }
    return changes.length === 0 ? this : new PersistentMap(withChanges(this.#levels, changes), size);
  }

  /** Changes of several entries, each of which may depend on those before it. */
  draft(): Draft<K, V> {
    return new Draft(this);
  }

  *entries(): Generator<[K, V]> {
    for (const [depth, level] of this.#levels.entries()) {
      const newer = this.#levels.slice(0, depth);
      for (const [key, value] of level) if (value !== null && !newer.some((other) => other.has(key))) yield [key, value];
    }
  }

  *keys(): Generator<K> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): Generator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): Generator<[K, V]> {
    return this.entries();
  }
}

/** A map with changes that are not made yet. */
export class Draft<K, V extends Value> {
  readonly #map: PersistentMap<K, V>;
  readonly #changes = new Map<K, V | undefined>();

  constructor(map: PersistentMap<K, V>) {
    this.#map = map;
  }

  get(key: K): V | undefined {
    return this.#changes.has(key) ? this.#changes.get(key) : this.#map.get(key);
  }

  /** @param value nothing, for an entry to be taken out */
  set(key: K, value: V | undefined): void {
    this.#changes.set(key, value);
  }

  /** The map with the changes. */
  finished(): PersistentMap<K, V> {
    return this.#map.with(this.#changes);
  }
}

/** Levels with changes on top, in one with all those that are not much larger. */
function withChanges<K, V>(levels: readonly Level<K, V>[], changes: readonly [K, V | null][]): Level<K, V>[] {
  let size = changes.length;
  let merged = 0;
  for (const level of levels) {
    if (level.size > Math.max(smallLevel, size * levelRatio)) break;
    size += level.size;
    merged++;
  }
  const older = levels.slice(merged);
  const [oldest, ...newer] = [changes, ...levels.slice(0, merged)].reverse();
  const level = new Map(oldest);
  for (const entries of newer) {
    for (const [key, value] of entries) {
      if (value === null && older.length === 0) level.delete(key);
      else level.set(key, value);
    }
  }
  return level.size === 0 ? older : [level, ...older];
}
