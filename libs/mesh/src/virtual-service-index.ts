import type { VirtualService } from '@flotilla/resources';
import { compareAge } from './age.ts';
import { reindex, type AgeIndex } from './age-index.ts';
import { destinationHosts, virtualServiceHosts } from './destination-hosts.ts';
import { isWildcard } from './host-name.ts';
import { PersistentMap } from './persistent-map.ts';
import { remember } from './remember.ts';
import type { Change } from './resource-change.ts';

/** VirtualServices by what is asked of them. */
export interface VirtualServiceIndex {
  /** By full host, wildcards too. */
  readonly byHost: AgeIndex<VirtualService>;
  /** Those of `byHost` that are for wildcards: mostly none. */
  readonly byWildcard: AgeIndex<VirtualService>;
  /** By the Gateway they are bound to, as `<namespace>/<name>`. */
  readonly byGateway: AgeIndex<VirtualService>;
  /** By the hosts they send traffic to. */
  readonly byDestination: AgeIndex<VirtualService>;
  /** Those of each namespace, by name. */
  readonly byNamespace: PersistentMap<string, PersistentMap<string, VirtualService>>;
}

export const noVirtualServices: VirtualServiceIndex = {
  byHost: PersistentMap.empty(),
  byWildcard: PersistentMap.empty(),
  byGateway: PersistentMap.empty(),
  byDestination: PersistentMap.empty(),
  byNamespace: PersistentMap.empty(),
};

export function advanceVirtualServices(index: VirtualServiceIndex, changes: readonly Change<VirtualService>[], domainSuffix: string): VirtualServiceIndex {
  if (changes.length === 0) return index;
  return {
    byHost: reindex(index.byHost, changes, (resource) => virtualServiceHosts(resource, domainSuffix), compareAge),
    byWildcard: reindex(index.byWildcard, changes, (resource) => virtualServiceHosts(resource, domainSuffix).filter(isWildcard), compareAge),
    byGateway: reindex(index.byGateway, changes, (resource) => gatewaysOf(resource).filter((gateway) => gateway !== meshGateway), compareAge),
    byDestination: reindex(index.byDestination, changes, (resource) => destinationHosts(resource, domainSuffix), compareAge),
    byNamespace: namespaced(index.byNamespace, changes),
  };
}

function namespaced(index: VirtualServiceIndex['byNamespace'], changes: readonly Change<VirtualService>[]): VirtualServiceIndex['byNamespace'] {
  const changed = new Map<string, Map<string, VirtualService | undefined>>();
  for (const { before, after } of changes) {
    const { namespace, name } = (after ?? before)?.metadata ?? {};
    if (namespace !== undefined && name !== undefined) remember(changed, namespace, () => new Map<string, VirtualService | undefined>()).set(name, after);
  }
  const namespaces = new Map<string, PersistentMap<string, VirtualService> | undefined>();
  for (const [namespace, resources] of changed) {
    const all = (index.get(namespace) ?? PersistentMap.empty()).with(resources);
    namespaces.set(namespace, all.size === 0 ? undefined : all);
  }
  return index.with(namespaces);
}

/** The name that stands for all sidecars among a VirtualService's gateways. */
export const meshGateway = 'mesh';

/** The gateways a VirtualService is bound to, as `mesh` or `<namespace>/<name>`. */
export function gatewaysOf({ metadata, spec }: VirtualService): string[] {
  const gateways = spec.gateways ?? [];
  return gateways.length === 0 ? [meshGateway] : gateways.map((gateway) => gatewayKey(gateway, metadata.namespace));
}

/** A gateway as a rule in `namespace` names it, made full: `mesh` or `<namespace>/<name>`. */
export function gatewayKey(gateway: string, namespace: string): string {
  if (gateway === meshGateway || gateway.includes('/')) return gateway;
  return `${namespace}/${gateway}`;
}
