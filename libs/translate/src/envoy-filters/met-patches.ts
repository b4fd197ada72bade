import { create, equals, fromBinary, toBinary } from '@bufbuild/protobuf';
import { FilterChainMatchSchema, type FilterChain } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_components_pb.js';
import { ListenerSchema, type Listener } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_pb.js';
import type { VirtualHost } from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import { RouteConfigurationSchema } from '@flotilla/envoy-api/envoy/config/route/v3/route_pb.js';
import type { Snapshot } from '@flotilla/mesh';
import type { ApplyTo } from '@flotilla/resources';
import { typeUrls, type EnvoyResource } from '../envoy-resource.ts';
import type { ProxyDescription } from '../proxy.ts';
import type { Scope } from '../scope.ts';
import { Unpatched } from '../unpatched.ts';
import type { EnvoyPatch } from './envoy-patch.ts';
import { patchedResource } from './patched-resource.ts';
import { patchSetOf, type PatchSet } from './patch-set.ts';

/** What of the configuration that a proxy is given a request comes to. */
export interface Met {
  readonly listener?: Listener;
  readonly chain?: FilterChain;
  /** The name of the route configuration, and the virtual host in it. */
  readonly routes?: { readonly name: string; readonly virtualHost: VirtualHost };
  readonly clusters: readonly string[];
}

/**
 * The patches that did something to what a request meets, in their order. What they patched is made once more as it was
 * before, so that this costs what those parts cost.
 */
export function metPatches(snapshot: Snapshot, scope: Scope, proxy: ProxyDescription, { listener, chain, routes, clusters }: Met): EnvoyPatch[] {
  const set = patchSetOf(snapshot, proxy);
  if (set === undefined) return [];
  const unpatched = new Unpatched(snapshot, scope, proxy);
  const hits = new Set([
    ...(listener === undefined ? [] : listenerPatches(set, unpatched, listener, chain)),
    ...(routes === undefined ? [] : routePatches(set, unpatched, routes)),
    ...clusters.flatMap((name) => clusterPatches(set, unpatched, name)),
  ]);
  return set.patches.filter((patch) => hits.has(patch));
}

/** Of its filter chains, only that which the request comes to is patched again: what patches do to others is no concern of it. */
function listenerPatches(set: PatchSet, unpatched: Unpatched, { name }: Listener, chain: FilterChain | undefined): EnvoyPatch[] {
  const made = unpatched.listeners(name).map((resource) => fromBinary(ListenerSchema, resource.bytes));
  const listener = made.find((one) => chainsOf(one).some((other) => alike(chain, other))) ?? made[0];
  if (listener === undefined) return adding(set, 'LISTENER', name);
  const own = chainsOf(listener).find((other) => alike(chain, other));
  // Without a chain of its own the request met one that a patch has added, or changed beyond recognition.
  const reduced = create(ListenerSchema, { ...listener, filterChains: own === undefined || own === listener.defaultFilterChain ? [] : [own] });
  if (own !== listener.defaultFilterChain) delete reduced.defaultFilterChain;
  const hits = hitsOf(set, { typeUrl: typeUrls.listener, name, bytes: toBinary(ListenerSchema, own === undefined ? listener : reduced) });
  return [...hits.filter((patch) => !adds(patch, 'FILTER_CHAIN')), ...(own === undefined && chain !== undefined ? adding(set, 'FILTER_CHAIN', chain.name) : [])];
}

function chainsOf({ filterChains, defaultFilterChain }: Listener): FilterChain[] {
  return defaultFilterChain === undefined ? filterChains : [...filterChains, defaultFilterChain];
}

const anything = create(FilterChainMatchSchema);

function alike(one: FilterChain | undefined, other: FilterChain): boolean {
  return one !== undefined && one.name === other.name && equals(FilterChainMatchSchema, one.filterChainMatch ?? anything, other.filterChainMatch ?? anything);
}

function routePatches(set: PatchSet, unpatched: Unpatched, { name, virtualHost }: NonNullable<Met['routes']>): EnvoyPatch[] {
  const added = adding(set, 'VIRTUAL_HOST', virtualHost.name);
  // That for all other hosts is no host's, and made as it stands.
  const host = unpatched.virtualHost(name, virtualHost.name) ?? (added.length > 0 ? undefined : virtualHost);
  const routes = create(RouteConfigurationSchema, { name, virtualHosts: host === undefined ? [] : [host] });
  const hits = hitsOf(set, { typeUrl: typeUrls.route, name, bytes: toBinary(RouteConfigurationSchema, routes) });
  return [...hits.filter((patch) => !adds(patch, 'VIRTUAL_HOST')), ...(host === undefined ? added : [])];
}

function clusterPatches(set: PatchSet, unpatched: Unpatched, name: string): readonly EnvoyPatch[] {
  const cluster = unpatched.cluster(name);
  return cluster === undefined ? adding(set, 'CLUSTER', name) : hitsOf(set, cluster);
}

function hitsOf(set: PatchSet, resource: EnvoyResource): readonly EnvoyPatch[] {
  return patchedResource(set, resource).hits;
}

/** The patches that add a part of a name. */
function adding({ patches }: PatchSet, applyTo: ApplyTo, name: string): EnvoyPatch[] {
  return patches.filter((patch) => adds(patch, applyTo) && (patch.value as { readonly name?: string } | undefined)?.name === name);
}

function adds({ applyTo, patch }: EnvoyPatch, part: ApplyTo): boolean {
  return applyTo === part && patch.operation === 'ADD';
}
