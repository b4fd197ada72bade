import { isDeepStrictEqual } from 'node:util';
import { keyOf, podAddress, serviceOfSlice, type Inventory } from './inventory.ts';
import type { KubernetesObject } from './object.ts';

const none: readonly KubernetesObject[] = [];

/**
 * The objects of a running cluster as they come and go, which remember who looked at what: after a change, those
 * readers are known for whom things may be different now.
 */
export class ObservedObjects {
  readonly #byKind = new Map<string, Map<string, KubernetesObject>>();
  readonly #podsByAddress = new Map<string, KubernetesObject>();
  readonly #slicesByService = new Map<string, Map<string, KubernetesObject>>();
  /** Readers by what they looked at, whether it was there or not, and the other way round. */
  readonly #readers = new Map<string, Set<string>>();
  readonly #looks = new Map<string, Set<string>>();
  readonly #stale = new Set<string>();

  /**
   * Puts `after` in the place of the object of that name; removes that one where there is none.
   *
   * @returns whether that makes a difference
   */
  replace(kind: string, namespace: string, name: string, after: KubernetesObject | undefined): boolean {
    const key = keyOf(kind, namespace, name);
    const ofKind = this.#ofKind(kind);
    const before = ofKind.get(key);
    if (isDeepStrictEqual(before, after)) return false;
    if (after === undefined) ofKind.delete(key);
    else ofKind.set(key, after);
    this.#touch(key);
    this.#touch(everyOf(kind));
    if (kind === 'Pod') this.#movePod(before, after);
    if (kind === 'EndpointSlice') this.#moveSlice(key, before, after);
    return true;
  }

  get(kind: string, namespace: string, name: string): KubernetesObject | undefined {
    return this.#byKind.get(kind)?.get(keyOf(kind, namespace, name));
  }

  *all(): Iterable<KubernetesObject> {
    for (const ofKind of this.#byKind.values()) yield* ofKind.values();
  }

  /** The readers for whom things may be different since they last read. */
  get stale(): ReadonlySet<string> {
    return this.#stale;
  }

  /** Runs `read` on the objects; what it looks at from then on is what `reader` depends on. */
  read<T>(reader: string, read: (objects: Inventory) => T): T {
    this.#stale.delete(reader);
    this.#forget(reader);
    const looks = new Set<string>();
    this.#looks.set(reader, looks);
    const look = (what: string): void => {
      if (looks.has(what)) return;
      looks.add(what);
      const readers = this.#readers.get(what);
      if (readers === undefined) this.#readers.set(what, new Set([reader]));
      else readers.add(reader);
    };
    return read({
      ofKind: (kind) => {
        look(everyOf(kind));
        return [...this.#ofKind(kind).values()];
      },
      find: (kind, namespace, name) => {
        look(keyOf(kind, namespace, name));
        return this.get(kind, namespace, name);
      },
      podAt: (address) => {
        look(podAtOf(address));
        return this.#podsByAddress.get(address);
      },
      slicesOf: (namespace, service) => {
        look(slicesOf(`${namespace}/${service}`));
        return [...(this.#slicesByService.get(`${namespace}/${service}`)?.values() ?? none)];
      },
      // A cluster lists the endpoints of every Service that selects pods.
      unlistedPods: () => none,
    });
  }

  #forget(reader: string): void {
    for (const what of this.#looks.get(reader) ?? []) {
      const readers = this.#readers.get(what);
      readers?.delete(reader);
      if (readers?.size === 0) this.#readers.delete(what);
    }
    this.#looks.delete(reader);
  }

  #touch(what: string): void {
    for (const reader of this.#readers.get(what) ?? []) this.#stale.add(reader);
  }

  #movePod(before: KubernetesObject | undefined, after: KubernetesObject | undefined): void {
    const [from, to] = [before, after].map((pod) => (pod === undefined ? undefined : podAddress(pod)));
    // An address may have gone over to another pod already.
    if (from !== undefined && this.#podsByAddress.get(from) === before) this.#podsByAddress.delete(from);
    if (to !== undefined && after !== undefined) this.#podsByAddress.set(to, after);
    for (const address of [from, to]) if (address !== undefined) this.#touch(podAtOf(address));
  }

  #moveSlice(key: string, before: KubernetesObject | undefined, after: KubernetesObject | undefined): void {
    const [from, to] = [before, after].map((slice) => (slice === undefined ? undefined : serviceOfSlice(slice)));
    if (from !== undefined) {
      const slices = this.#slicesByService.get(from);
      slices?.delete(key);
      if (slices?.size === 0) this.#slicesByService.delete(from);
      this.#touch(slicesOf(from));
    }
    if (to === undefined || after === undefined) return;
    const slices = this.#slicesByService.get(to) ?? new Map<string, KubernetesObject>();
    this.#slicesByService.set(to, slices.set(key, after));
    this.#touch(slicesOf(to));
  }

  #ofKind(kind: string): Map<string, KubernetesObject> {
    const known = this.#byKind.get(kind);
    if (known !== undefined) return known;
    const made = new Map<string, KubernetesObject>();
    this.#byKind.set(kind, made);
    return made;
  }
}

const everyOf = (kind: string): string => `every ${kind}`;
const podAtOf = (address: string): string => `pod at ${address}`;
const slicesOf = (service: string): string => `slices of ${service}`;
