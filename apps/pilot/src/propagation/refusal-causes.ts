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

/** The resource that a refusal is put down to. */
export interface Cause {
  readonly key: string;
  /** The `metadata.resourceVersion` that was refused. */
  readonly version: string;
}

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
  /** Undefined while it is looked for, and where nobody was found. */
  readonly #known = new Map<string, Cause | undefined>();

  /** @param found told whenever {@link of} knows more than it did */
  constructor(clock: Clock, found: () => void) {
    this.#clock = clock;
    this.#found = found;
  }

  /** Who is at fault, as far as that is known by now. */
  of(traffic: Traffic, proxyId: string, given: GivenResource, window: RefusedWindow): Cause | undefined {
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

  async #look(traffic: Traffic, proxyId: string, given: GivenResource, window: RefusedWindow): Promise<Cause | undefined> {
    const slices = new Slices(this.#clock);
    const suspects = bySuspicion(traffic.snapshot.resources.values(), window).filter(isTranslated).slice(0, mostSuspects);
    for (const resource of suspects) {
      if (traffic.dependsOn(proxyId, given, resource)) return { key: resourceKey(resource), version: resource.metadata.resourceVersion ?? '' };
      if (slices.over) await slices.next();
    }
    return undefined;
  }
}

/** All there is depends on the MeshConfig, and its fields are read one by one: no refusal comes of it alone. */
function isTranslated({ kind }: MeshResource): boolean {
  return kind !== 'MeshConfig' && kind !== 'WorkloadGroup' && kind !== 'ProxyConfig';
}
