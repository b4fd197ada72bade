import { remember, type MeshConfig } from '@flotilla/mesh';
import type { Destinations, Read } from './destinations.ts';

interface Entry {
  readonly reads: readonly Read[];
  readonly bytes: Uint8Array | undefined;
}

/**
 * Virtual hosts that were made once, under the VirtualService or service they were made from. One is
 * used again, by any scope and snapshot, as long as all that was read to make it is still the same.
 */
export class VirtualHostCache {
  readonly #meshes = new WeakMap<MeshConfig, WeakMap<object, Map<string, Entry>>>();

  /**
   * @param variant tells apart the virtual hosts made from one owner
   * @param make returns nothing where the owner has no routes for this variant
   */
  bytes(owner: object, variant: string, destinations: Destinations, make: () => Uint8Array | undefined): Uint8Array | undefined {
    const owners = remember(this.#meshes, destinations.mesh, () => new WeakMap<object, Map<string, Entry>>());
    const variants = remember(owners, owner, () => new Map<string, Entry>());
    const known = variants.get(variant);
    if (known !== undefined && destinations.agreesWith(known.reads)) return known.bytes;
    const bytes = make();
    variants.set(variant, { reads: destinations.reads, bytes });
    return bytes;
  }
}
