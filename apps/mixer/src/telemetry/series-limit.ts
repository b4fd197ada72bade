const overflow = 'overflow';

/**
 * Keeps the number of label combinations bounded: the first `limit` are taken as they are, those that come
 * after share one.
 */
export class SeriesLimit {
  readonly #seen = new Set<string>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** `labels`, or the same names with the value `overflow` where the limit is reached. */
  admit<Name extends string>(labels: Readonly<Record<Name, string>>): Readonly<Record<Name, string>> {
    const key = Object.values(labels).join('\0');
    if (this.#seen.has(key)) return labels;
    if (this.#seen.size >= this.#limit) return Object.fromEntries(Object.keys(labels).map((name) => [name, overflow])) as Record<Name, string>;
    this.#seen.add(key);
    return labels;
  }
}
