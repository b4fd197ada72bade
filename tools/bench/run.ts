import type { Table } from './table.ts';

/** How large a run is. */
export interface Size {
  readonly services: number;
  /** Endpoints of each service. */
  readonly endpoints: number;
  readonly proxies: number;
  /** Namespaces that the proxies are in; each is a scope of its own. */
  readonly namespaces: number;
  /** Times that each change is made. */
  readonly rounds: number;
  /** How long a storm lasts. */
  readonly seconds: number;
}

/** One benchmark that can be run by its name. */
export interface Run {
  readonly name: string;
  readonly about: string;
  /** Where it differs from the usual size. */
  readonly size: Partial<Size>;
  /** @param folder an empty one, of its own */
  measure(size: Size, folder: string): Promise<readonly Table[]>;
}

export const usualSize: Size = { services: 1_000, endpoints: 4, proxies: 100, namespaces: 5, rounds: 5, seconds: 60 };
