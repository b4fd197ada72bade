import { isDeepStrictEqual } from 'node:util';
import { denyListsFor, mutualTlsFor, servesChanged, sidecarFor, type Snapshot, type SnapshotDelta } from '@flotilla/mesh';
import { inboundClusterResource } from './clusters/inbound-clusters.ts';
import { inboundPassthroughCluster } from './clusters/well-known.ts';
import { applyPatches } from './envoy-filters/apply-patches.ts';
import { patchSetOf } from './envoy-filters/patch-set.ts';
import { changesPeers, peers } from './endpoints/peers.ts';
import type { EnvoyResource, ResourceUpdate } from './envoy-resource.ts';
import { httpProxyListener } from './listeners/http-proxy.ts';
import { inboundListeners } from './listeners/inbound-listeners.ts';
import { inboundPorts } from './listeners/inbound-port.ts';
import { denyListCheck } from './policy/deny-list-check.ts';
import type { ProxyDescription } from './proxy.ts';
import { difference } from './resource-map.ts';

/** What one proxy runs besides what its scope shares. */
export interface ProxyTranslation {
  readonly proxy: ProxyDescription;
  readonly snapshot: Snapshot;
  readonly resources: readonly EnvoyResource[];
}

/** Translates what is a proxy's alone: the way in to its workload, and its HTTP proxy port. */
export function translateProxy(snapshot: Snapshot, proxy: ProxyDescription): ProxyTranslation {
  return { proxy, snapshot, resources: [...applyPatches(patchSetOf(snapshot, proxy), 'proxy', unpatchedProxyResources(snapshot, proxy))] };
}

/** The same as it is before EnvoyFilters patch it. */
export function unpatchedProxyResources(snapshot: Snapshot, proxy: ProxyDescription): EnvoyResource[] {
  return [...(proxy.type === 'sidecar' ? sidecarResources(snapshot, proxy) : []), ...(proxy.knowsPeers === true ? [peers(snapshot, proxy)] : [])];
}

/**
 * Brings a proxy's translation to the next snapshot; cheap enough to be asked for each proxy at every
 * change, for nothing is made where the change does not touch the workload.
 */
export function retranslateProxy(previous: ProxyTranslation, next: Snapshot, delta: SnapshotDelta): { readonly translation: ProxyTranslation } & ResourceUpdate {
  const { proxy } = previous;
  if (!touches(delta, previous, next)) return { translation: { ...previous, snapshot: next }, upserts: [], removals: [] };
  const made = translateProxy(next, proxy);
  const update = difference(previous.resources, made.resources);
  const same = update.upserts.length === 0 && update.removals.length === 0;
  return { translation: same ? { ...previous, snapshot: next } : made, ...update };
}

function sidecarResources(snapshot: Snapshot, proxy: ProxyDescription): EnvoyResource[] {
  const ports = inboundPorts(snapshot, proxy);
  const { mixerCluster, namespace, labels } = proxy;
  const policies = mixerCluster !== undefined && denyListsFor(snapshot, namespace, labels).length > 0 ? [denyListCheck(mixerCluster)] : [];
  return [
    ...ports.map((port) => inboundClusterResource(snapshot, port)),
    ...(proxy.interception === 'REDIRECT' ? [inboundPassthroughCluster] : []),
    ...inboundListeners(snapshot, proxy, ports, policies),
    ...httpProxyListener(snapshot, proxy),
  ];
}

function touches(delta: SnapshotDelta, { proxy, snapshot }: ProxyTranslation, next: Snapshot): boolean {
  if (proxy.type !== 'sidecar' && proxy.knowsPeers !== true) return false;
  if (delta.mesh || delta.envoyFilters.size > 0) return true;
  if (proxy.knowsPeers === true && changesPeers(proxy, next, delta)) return true;
  if (delta.denyLists.size > 0 || proxy.ipAddresses.some((address) => delta.addresses.has(address))) return true;
  const { namespace, labels, ipAddresses: addresses } = proxy;
  if (delta.peerAuthentications.size > 0 && !isDeepStrictEqual(mutualTlsFor(snapshot, namespace, labels), mutualTlsFor(next, namespace, labels))) return true;
  if (delta.sidecars.size > 0 && sidecarFor(snapshot, namespace, labels) !== sidecarFor(next, namespace, labels)) return true;
  return servesChanged({ namespace, labels, addresses }, snapshot, next, delta);
}
