import type { EncodedResource } from './encoded-resource.ts';
import type { LayeredView } from './layered-view.ts';
import type { ResourceChange } from './resource-set.ts';
import { traitsOf } from './resource-type.ts';

type Viewed = Pick<LayeredView, 'get' | 'list' | 'revision'>;

/**
 * A view that stands still while a push is under way, so that everything sent by it belongs together: it remembers what
 * the names that changed since had been. Types that never wait are let through, but for removals that must.
 */
export class FrozenView {
  readonly #live: Viewed;
  #held: Map<string, Map<string, EncodedResource | undefined>> | undefined;
  #revision = 0;

  constructor(live: Viewed) {
    this.#live = live;
  }

  get frozen(): boolean {
    return this.#held !== undefined;
  }

  /** The revision of what {@link get} gives for a type. */
  revisionOf(typeUrl: string): number {
    return this.#held === undefined || traitsOf(typeUrl).stage === 'free' ? this.#live.revision : this.#revision;
  }

  freeze(): void {
    this.#held = new Map();
    this.#revision = this.#live.revision;
  }

  /** Takes note of a change of the live view. @returns whether the view hides it until {@link thaw} */
  hides({ typeUrl, name, before, after }: ResourceChange): boolean {
    if (this.#held === undefined) return false;
    const { stage, removedLast } = traitsOf(typeUrl);
    let names = this.#held.get(typeUrl);
    if (stage === 'free') {
      names?.delete(name);
      if (after !== undefined || !removedLast) return false;
    }
    if (names === undefined) this.#held.set(typeUrl, (names = new Map<string, EncodedResource | undefined>()));
    if (!names.has(name)) names.set(name, before);
    return true;
  }

  get(typeUrl: string, name: string): EncodedResource | undefined {
    const names = this.#held?.get(typeUrl);
    return names?.has(name) === true ? names.get(name) : this.#live.get(typeUrl, name);
  }

  list(typeUrl: string): readonly EncodedResource[] {
    const names = this.#held?.get(typeUrl);
    const live = this.#live.list(typeUrl);
    if (names === undefined || names.size === 0) return live;
    const held = [...names.values()].filter((resource) => resource !== undefined);
    return [...live.filter(({ name }) => !names.has(name)), ...held];
  }

  /** Shows the live view again. @returns what is different from what was shown */
  thaw(): readonly ResourceChange[] {
    const changes: ResourceChange[] = [];
    for (const [typeUrl, names] of this.#held ?? []) {
      for (const [name, before] of names) {
        const after = this.#live.get(typeUrl, name);
        if (before?.version !== after?.version) changes.push({ typeUrl, name, before, after });
      }
    }
    this.#held = undefined;
    return changes;
  }
}
