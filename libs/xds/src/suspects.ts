import type { EncodedResource } from './encoded-resource.ts';

/**
 * Resources that some proxy refused, kept for as long as anyone serves them: each is sent by itself from then on, so that
 * no other proxy, a fresh one above all, misses what would have come with it.
 */
export class Suspects {
  readonly #resources = new WeakSet<EncodedResource>();
  #any = false;

  add(resource: EncodedResource): void {
    this.#resources.add(resource);
    this.#any = true;
  }

  has(resource: EncodedResource): boolean {
    return this.#any && this.#resources.has(resource);
  }
}
