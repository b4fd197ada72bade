import { remember, type EffectiveRule, type Endpoint, type Service } from '@flotilla/mesh';
import type { EnvoyResource } from '../envoy-resource.ts';
import { sameBytes } from '../same-bytes.ts';

interface Entry {
  readonly endpoints: readonly Endpoint[];
  readonly resources: readonly EnvoyResource[];
}

const noRule = {};

/**
 * What was made of a service under a rule, kept for as long as both are part of some snapshot. Scopes
 * that see the same service under the same rule share it, and so do snapshots.
 */
export class ServiceCache {
  readonly #services = new WeakMap<Service, WeakMap<object, Map<string, readonly Entry[]>>>();

  /**
   * @param variant tells apart what is made differently from the same service and rule
   * @param endpoints those it is made from; another list makes it anew
   */
  resources(service: Service, rule: EffectiveRule | undefined, variant: string, endpoints: readonly Endpoint[], make: () => readonly EnvoyResource[]): readonly EnvoyResource[] {
    const rules = remember(this.#services, service, () => new WeakMap<object, Map<string, readonly Entry[]>>());
    const variants = remember(rules, rule ?? noRule, () => new Map<string, readonly Entry[]>());
    const entries = variants.get(variant) ?? [];
    const known = entries.find((entry) => entry.endpoints === endpoints);
    if (known !== undefined) return known.resources;
    const [latest] = entries;
    const resources = make().map((resource) => (latest === undefined ? resource : unchanged(latest.resources, resource)));
    // The one before stays: while a change is worked through, one scope after the other asks for both.
    variants.set(variant, latest === undefined ? [{ endpoints, resources }] : [{ endpoints, resources }, latest]);
    return resources;
  }
}

/** The resource as it was before, if it is the same byte for byte. */
function unchanged(before: readonly EnvoyResource[], resource: EnvoyResource): EnvoyResource {
  const old = before.find(({ name }) => name === resource.name);
  return old !== undefined && sameBytes(old.bytes, resource.bytes) ? old : resource;
}
