import type { MeshResource } from '@flotilla/resources';
import type { Map as PersistentMap } from 'immutable';
import { advanceClientLabels } from './client-labels.ts';
import type { SnapshotDelta } from './delta.ts';
import { advanceDestinationRules, ruleHost } from './destination-rule-index.ts';
import { hostMatches, isWildcard } from './host-name.ts';
import { changesOf, effectiveChanges, type Change, type ConfigChange } from './resource-change.ts';
import { affectedRoutes } from './affected-routes.ts';
import { advanceSidecars } from './sidecar-index.ts';
import { advanceServices } from './service-index.ts';
import type { Snapshot } from './snapshot.ts';
import { advanceVirtualServices } from './virtual-service-index.ts';
import { advanceWorkloads } from './workload-index.ts';

/**
 * Advances a snapshot by a change. The cost grows with the change and what depends on it, not with
 * the mesh.
 *
 * @returns the next snapshot, and exactly what differs between the two; both empty-handed for a
 *   change that changes nothing
 */
export function advance(snapshot: Snapshot, change: ConfigChange): { readonly snapshot: Snapshot; readonly delta: SnapshotDelta } {
  const { mesh } = snapshot;
  const changes = effectiveChanges(snapshot.resources, change);
  const virtualServiceChanges = changesOf(changes, 'VirtualService');
  const ruleChanges = changesOf(changes, 'DestinationRule');
  const gatewayChanges = changesOf(changes, 'Gateway');
  const denyListChanges = changesOf(changes, 'DenyList');
  const sidecarChanges = changesOf(changes, 'Sidecar');

  const workloads = advanceWorkloads(snapshot.workloads, changesOf(changes, 'WorkloadEntry'));
  const services = advanceServices(snapshot.services, changesOf(changes, 'ServiceEntry'), workloads.index, workloads.changed, mesh.trustDomain);
  const clientLabels = advanceClientLabels(snapshot.clientLabels, [...virtualServiceChanges, ...ruleChanges]);
  const next: Snapshot = {
    mesh,
    resources: applied(snapshot.resources, changes, (_, key) => key),
    workloads: workloads.index,
    services: services.index,
    virtualServices: advanceVirtualServices(snapshot.virtualServices, virtualServiceChanges, mesh.domainSuffix),
    destinationRules: advanceDestinationRules(snapshot.destinationRules, ruleChanges, mesh.domainSuffix),
    clientLabels,
    sidecars: advanceSidecars(snapshot.sidecars, sidecarChanges),
    gateways: applied(snapshot.gateways, gatewayChanges, objectKey),
    denyLists: applied(snapshot.denyLists, denyListChanges, objectKey),
  };

  const ruledHosts = new Set(ruleChanges.flatMap(({ before, after }) => [before, after].flatMap((rule) => (rule === undefined ? [] : ruleHost(rule, mesh.domainSuffix)))));
  const rules = servicesOfHosts(next, ruledHosts);
  const delta: SnapshotDelta = {
    services: new Set(services.changed.map(({ id }) => id)),
    endpoints: services.endpoints,
    addresses: services.addresses,
    rules,
    virtualServices: keysOf(virtualServiceChanges),
    routes: affectedRoutes(snapshot, next, services.changed, rules, virtualServiceChanges),
    gateways: keysOf(gatewayChanges),
    denyLists: keysOf(denyListChanges),
    sidecars: keysOf(sidecarChanges),
    scopes: sidecarChanges.length > 0 || !sameKeys(snapshot.clientLabels, clientLabels),
  };
  return { snapshot: changes.length === 0 ? snapshot : next, delta };
}

function applied<R extends MeshResource>(map: PersistentMap<string, R>, changes: readonly Change<R>[], keyOf: (resource: R, key: string) => string): PersistentMap<string, R> {
  return map.withMutations((draft) => {
    for (const { key, before, after } of changes) {
      if (after !== undefined) draft.set(keyOf(after, key), after);
      else if (before !== undefined) draft.delete(keyOf(before, key));
    }
  });
}

function objectKey({ metadata }: MeshResource): string {
  return `${metadata.namespace}/${metadata.name}`;
}

function keysOf(changes: readonly Change[]): Set<string> {
  return new Set(changes.flatMap(({ before, after }) => [before, after].flatMap((resource) => (resource === undefined ? [] : objectKey(resource)))));
}

/** Ids of the services whose hosts the patterns take in; only a wildcard looks at all of them. */
function servicesOfHosts({ services }: Snapshot, patterns: ReadonlySet<string>): Set<string> {
  const ids = new Set<string>();
  for (const pattern of patterns) {
    if (!isWildcard(pattern)) for (const { id } of services.byHost.get(pattern) ?? []) ids.add(id);
    else for (const [id, service] of services.services) if (hostMatches(pattern, service.host)) ids.add(id);
  }
  return ids;
}

function sameKeys(a: PersistentMap<string, unknown>, b: PersistentMap<string, unknown>): boolean {
  return a === b || (a.size === b.size && a.every((_, key) => b.has(key)));
}
