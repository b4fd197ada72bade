import { remember } from '@flotilla/mesh';
import type { EnvoyResource } from '../envoy-resource.ts';

type Parts = readonly Uint8Array[];

/**
 * Resources that were put together from parts, as long as anyone holds them. Scopes that see the same
 * parts share the whole, however each of them came to it.
 */
export class SharedResources {
  readonly #byKey = new Map<string, Set<WeakRef<EnvoyResource>>>();
  readonly #parts = new WeakMap<EnvoyResource, Parts>();

  /**
   * @param key tells apart what is made differently from the same parts
   * @param make puts the parts together, where nobody holds the whole
   */
  resource(key: string, parts: Parts, make: () => EnvoyResource): EnvoyResource {
    const known = remember(this.#byKey, key, () => new Set<WeakRef<EnvoyResource>>());
    for (const reference of known) {
      const resource = reference.deref();
      const own = resource && this.#parts.get(resource);
      if (resource === undefined || own === undefined) known.delete(reference);
      else if (sameParts(own, parts)) return resource;
    }
    const resource = make();
    this.#parts.set(resource, parts);
    known.add(new WeakRef(resource));
    return resource;
  }
}

function sameParts(a: Parts, b: Parts): boolean {
  return a.length === b.length && a.every((part, at) => part === b[at]);
}
