import type { Problem } from '@flotilla/errors';

interface Details {
  readonly found?: unknown;
  readonly allowed?: string;
}

/** A place in a document, where rules leave what they have to say. Its path is spelled out only when needed. */
export class Place {
  readonly #problems: Problem[];
  readonly #parent: Place | undefined;
  readonly #key: string | number;

  private constructor(problems: Problem[], parent: Place | undefined, key: string | number) {
    this.#problems = problems;
    this.#parent = parent;
    this.#key = key;
  }

  /** The root of a document; problems found at or below it go to `problems`. */
  static root(problems: Problem[]): Place {
    return new Place(problems, undefined, '');
  }

  /** The place of a field or list item below this one. */
  at(key: string | number): Place {
    return new Place(this.#problems, this, key);
  }

  /** Says why the document cannot be taken. */
  refuse(message: string, details: Details = {}): void {
    this.#problems.push({ path: this.path, message, ...shortened(details) });
  }

  /** Says what is likely not meant, though the document is taken. */
  warn(message: string, details: Details = {}): void {
    this.#problems.push({ path: this.path, message, severity: 'warning', ...shortened(details) });
  }

  get path(): string {
    return this.#parent === undefined ? '' : joinPath(this.#parent.path, this.#key);
  }
}

/** `spec.http` and `0` make `spec.http[0]`; a key that is no plain word is quoted: `labels["a.b/c"]`. */
export function joinPath(parent: string, key: string | number): string {
  if (typeof key === 'number') return `${parent}[${key}]`;
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) return `${parent}[${JSON.stringify(key)}]`;
  return parent === '' ? key : `${parent}.${key}`;
}

/** Calls `visit` for every item with its place; a list left out has no items. */
export function each<T>(items: readonly T[] | undefined, place: Place, visit: (item: T, at: Place, index: number) => void): void {
  items?.forEach((item, index) => visit(item, place.at(index), index));
}

/** Calls `visit` for every entry with its place; a map left out has no entries. */
export function eachEntry<T>(entries: Readonly<Record<string, T>> | undefined, place: Place, visit: (key: string, value: T, at: Place) => void): void {
  if (entries === undefined) return;
  for (const [key, value] of Object.entries(entries)) visit(key, value, place.at(key));
}

const longestShown = 80;

/** A value cut down to what is fit to be shown in a message. */
export function forDisplay(value: unknown): unknown {
  if (typeof value === 'string') return value.length > longestShown ? `${value.slice(0, longestShown)}...` : value;
  if (typeof value !== 'object' || value === null) return value;
  const json = JSON.stringify(value);
  return json.length > longestShown ? `${json.slice(0, longestShown)}...` : value;
}

function shortened(details: Details): Details {
  return 'found' in details ? { ...details, found: forDisplay(details.found) } : details;
}
