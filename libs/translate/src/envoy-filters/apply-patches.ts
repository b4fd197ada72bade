import { toBinary } from '@bufbuild/protobuf';
import { ClusterSchema } from '@flotilla/envoy-api/envoy/config/cluster/v3/cluster_pb.js';
import { ListenerSchema } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_pb.js';
import type { PatchContext } from '@flotilla/resources';
import { remember } from '@flotilla/mesh';
import { typeUrls, type EnvoyResource, type ResourceUpdate } from '../envoy-resource.ts';
import { difference, keyOf } from '../resource-map.ts';
import { freshValue } from './edit-list.ts';
import type { EnvoyPatch } from './envoy-patch.ts';
import type { PatchSet } from './patch-set.ts';
import { patchedResource } from './patched-resource.ts';

/**
 * Whose resources they are: a scope's, or those of one proxy, which are the inbound side of a sidecar. What patches
 * add for any context is added once, to the scope.
 */
export type Owner = 'scope' | 'proxy';

/** Applies the patches of a set to resources that come little by little. */
export class Patching {
  readonly #set: PatchSet | undefined;
  readonly #owner: Owner;
  readonly #onHit: (patch: EnvoyPatch) => void;
  /** Of resources that patches may add more of. */
  readonly #names = new Set<string>();

  /** @param onHit hears of every patch that did something to a resource */
  constructor(set: PatchSet | undefined, owner: Owner, onHit: (patch: EnvoyPatch) => void = () => {}) {
    this.#set = set;
    this.#owner = owner;
    this.#onHit = onHit;
  }

  /** Some resources as they are under the patches. */
  apply(resources: readonly EnvoyResource[]): readonly EnvoyResource[] {
    const set = this.#set;
    if (set === undefined) return resources;
    return resources.flatMap((resource) => {
      if (set.typeUrls.has(resource.typeUrl)) this.#names.add(keyOf(resource));
      const { resource: patched, hits } = patchedResource(set, resource);
      hits.forEach(this.#onHit);
      return patched ?? [];
    });
  }

  /**
   * What patches add, when all else has been seen: a second resource of a name would not be told apart from the first.
   *
   * @param only of this type, of which all else has been seen
   */
  added(only?: string): EnvoyResource[] {
    const { patches, proxies } = this.#set ?? { patches: [], proxies: 'sidecar' };
    return patches.flatMap((patch) => {
      const resource = addedBy(patch, proxies, this.#owner);
      if (resource === undefined || this.#names.has(keyOf(resource))) return [];
      if (only !== undefined && resource.typeUrl !== only) return [];
      this.#names.add(keyOf(resource));
      this.#onHit(patch);
      return resource;
    });
  }
}

/** All resources of an owner with the patches of a set applied, and those that patches add; the very same where there is no set. */
export function applyPatches(set: PatchSet | undefined, owner: Owner, resources: Iterable<EnvoyResource>): Iterable<EnvoyResource> {
  return set === undefined ? resources : patched(set, owner, resources);
}

function* patched(set: PatchSet, owner: Owner, resources: Iterable<EnvoyResource>): Generator<EnvoyResource> {
  const patching = new Patching(set, owner);
  for (const resource of resources) yield* patching.apply([resource]);
  yield* patching.added();
}

/** What has resources under patches. */
interface Patchable {
  resources(): Iterable<EnvoyResource>;
}

/**
 * How patched resources differ, where those under the patches do as `update` says. The cost grows with the update,
 * and, where that is of a type that is patched, with the resources.
 */
export function patchUpdate(set: PatchSet | undefined, before: Patchable, after: Patchable, update: ResourceUpdate): ResourceUpdate {
  if (set === undefined) return update;
  const touched = ({ typeUrl }: { readonly typeUrl: string }): boolean => set.typeUrls.has(typeUrl);
  const { upserts, removals } = update;
  if (!upserts.some(touched) && !removals.some(touched)) return update;
  const patched = difference([...before.resources()].filter(touched), [...after.resources()].filter(touched));
  return {
    upserts: [...upserts.filter((resource) => !touched(resource)), ...patched.upserts],
    removals: [...removals.filter((resource) => !touched(resource)), ...patched.removals],
  };
}

const made = new WeakMap<EnvoyPatch, EnvoyResource>();

/** The cluster or listener that a patch adds to what an owner has. */
function addedBy(patch: EnvoyPatch, proxies: PatchSet['proxies'], owner: Owner): EnvoyResource | undefined {
  const { applyTo, match } = patch;
  if (patch.patch.operation !== 'ADD' || (applyTo !== 'CLUSTER' && applyTo !== 'LISTENER')) return undefined;
  const context: PatchContext = match.context ?? 'ANY';
  const own = proxies === 'sidecar' && context === 'SIDECAR_INBOUND' ? 'proxy' : 'scope';
  if (own !== owner) return undefined;
  return remember(made, patch, () => {
    if (applyTo === 'CLUSTER') {
      const cluster = freshValue(ClusterSchema, patch);
      return { typeUrl: typeUrls.cluster, name: cluster.name, bytes: toBinary(ClusterSchema, cluster) };
    }
    const listener = freshValue(ListenerSchema, patch);
    return { typeUrl: typeUrls.listener, name: listener.name, bytes: toBinary(ListenerSchema, listener) };
  });
}
