import { resourceKey, type MeshResource } from '@flotilla/resources';
import { sourceOf } from '../write/source.ts';

/** Which resources in force come from which file. */
export class ResourcesByFile {
  readonly #keys = new Map<string, Set<string>>();

  /** The files that anything in force comes from. */
  files(): Iterable<string> {
    return this.#keys.keys();
  }

  keysOf(file: string): Iterable<string> {
    return this.#keys.get(file) ?? [];
  }

  /** Takes note that one resource became another. */
  replace(before: MeshResource | undefined, after: MeshResource | undefined): void {
    const from = fileOf(before);
    const to = fileOf(after);
    if (from === to) return;
    if (from !== undefined && before !== undefined) this.#remove(from, resourceKey(before));
    if (to !== undefined && after !== undefined) this.#add(to, resourceKey(after));
  }

  #add(file: string, key: string): void {
    const known = this.#keys.get(file);
    if (known === undefined) this.#keys.set(file, new Set([key]));
    else known.add(key);
  }

  #remove(file: string, key: string): void {
    const known = this.#keys.get(file);
    known?.delete(key);
    if (known?.size === 0) this.#keys.delete(file);
  }
}

/** The file that a resource comes from, if it comes from one. */
export function fileOf(resource: MeshResource | undefined): string | undefined {
  const source = resource === undefined ? undefined : sourceOf(resource);
  return source?.kind === 'file' ? source.path : undefined;
}
