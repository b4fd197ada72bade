import { resourceKey, type MeshResource } from '@flotilla/resources';
import { Slices, type Clock } from '@flotilla/runtime';
import type { Traffic } from '../traffic.ts';
import { bySuspicion, type RefusedWindow } from './suspects.ts';

/** One of Envoy's resources, as some proxy was given it. */
export interface GivenResource {
  readonly typeUrl: string;
  readonly name: string;
  /** Of its bytes. */
  readonly version: string;
}

/** What is served, as far as reports are about it. */
export type ServedTraffic = Pick<Traffic, 'snapshot' | 'descriptions' | 'find' | 'dependsOn'>;

/** How many resources are suspected one by one until nobody is. */
const mostSuspects = 500;

/** Causes are kept for this many of Envoy's resources; a fleet that refuses one refuses the same one. */
const mostKnown = 1_000;

/**
 * Finds for refusals the resources that they are to be put down to: the first suspect without which the proxy would be
 * given something else. It is looked for once for each of Envoy's resources, by slices.
 */
export class RefusalCauses {
  readonly #clock: Clock;
  readonly #found: () => void;
  /** Keys of resources; undefined while it is looked for, and where none was found. */
  readonly #known = new Map<string, string | undefined>();

  /** @param found told whenever {@link of} knows more than it did */
  constructor(clock: Clock, found: () => void) {
    this.#clock = clock;
    this.#found = found;
  }

  /** The key of the resource that is at fault, as far as that is known by now. */
  of(traffic: ServedTraffic, proxyId: string, given: GivenResource, window: RefusedWindow): string | undefined {
    const id = `${given.typeUrl} ${given.name} ${given.version}`;
    if (this.#known.has(id)) return this.#known.get(id);
    if (this.#known.size >= mostKnown) this.#known.clear();
    this.#known.set(id, undefined);
    void this.#look(traffic, proxyId, given, window).then((cause) => {
      this.#known.set(id, cause);
      if (cause !== undefined) this.#found();
    });
    return undefined;
  }

  async #look(traffic: ServedTraffic, proxyId: string, given: GivenResource, window: RefusedWindow): Promise<string | undefined> {
    const slices = new Slices(this.#clock);
    const suspects = bySuspicion(traffic.snapshot.resources.values(), window).filter(isTranslated).slice(0, mostSuspects);
    for (const resource of suspects) {
      try {
        if (traffic.dependsOn(proxyId, given, resource)) return resourceKey(resource);
      } catch {
        // A mesh that cannot be translated without the resource tells nothing of it.
      }
      if (slices.over) await slices.next();
    }
    return undefined;
  }
}

/** All there is depends on the MeshConfig, and its fields are read one by one: no refusal comes of it alone. */
function isTranslated({ kind }: MeshResource): boolean {
  return kind !== 'MeshConfig' && kind !== 'WorkloadGroup' && kind !== 'ProxyConfig';
}
