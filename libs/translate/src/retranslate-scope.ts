import { changeReach, hostsInReach, isReached, type ChangeReach, type Snapshot, type SnapshotDelta } from '@flotilla/mesh';
import { patchUpdate } from './envoy-filters/apply-patches.ts';
import { typeUrls, type EnvoyResource, type ResourceName, type ResourceUpdate } from './envoy-resource.ts';
import { hostsOfChangedServers } from './gateways/changed-servers.ts';
import { gatewayLayout } from './gateways/gateway-layout.ts';
import { updateListeners } from './listeners/scope-listeners.ts';
import { difference } from './resource-map.ts';
import { routeResource } from './routing/route-resource.ts';
import { updateTables, type RouteTables } from './routing/route-tables.ts';
import { virtualHostUpdate } from './routing/virtual-host-resources.ts';
import { sameBytes } from './same-bytes.ts';
import { hostResources, scopeTranslation, translateScope, type ScopeTranslation } from './translate-scope.ts';

/**
 * Brings a scope's translation to the next snapshot, making anew only what the change touches, and
 * says what differs: the same as the difference of two translations from scratch.
 *
 * @param delta what `advance` said differs between the translation's snapshot and `next`
 */
export function retranslateScope(previous: ScopeTranslation, next: Snapshot, delta: SnapshotDelta): { readonly translation: ScopeTranslation } & ResourceUpdate {
  const { scope } = previous;
  if (translatesAnew(previous, next, delta)) return translatedAnew(previous, next);
  const upserts: EnvoyResource[] = [];
  const removals: ResourceName[] = [];
  const collect = (update: ResourceUpdate) => {
    upserts.push(...update.upserts);
    removals.push(...update.removals);
  };

  const reach = changeReach(previous.snapshot, next, delta);
  for (const host of inReach(scope.egress === undefined ? reach.clusters : reach.routedClusters, previous, next, reach)) {
    collect(difference(hostResources(previous.snapshot, scope, host), hostResources(next, scope, host)));
  }

  const rerouted = inReach(delta.routes, previous, next, reach);
  const tables = nextTables(previous, next, rerouted);
  const routes = nextRoutes(previous, tables);
  for (const [name, resource] of routes) if (previous.routes.get(name) !== resource) upserts.push(resource);
  for (const name of previous.routes.keys()) if (!routes.has(name)) removals.push({ typeUrl: typeUrls.route, name });
  collect(virtualHostUpdate(scope, previous.tables, tables));

  const listeners = updateListeners(previous.listeners, previous, { snapshot: next, tables }, scope, rerouted);
  if (listeners !== previous.listeners) collect(difference(previous.listeners.values(), listeners.values()));

  const translation = scopeTranslation(next, scope, tables, routes, listeners);
  return { translation, ...patchUpdate(scope.patches, previous, translation, { upserts, removals }) };
}

/** Whether a change touches everything of a scope, so that {@link retranslateScope} takes as long as the first translation. */
export function translatesAnew(previous: ScopeTranslation, next: Snapshot, delta: SnapshotDelta): boolean {
  return delta.mesh || changesEveryService(previous, next);
}

/** A gateway that begins, or ends, to pass mTLS on has clusters for that of every service. */
function changesEveryService({ snapshot, scope }: ScopeTranslation, next: Snapshot): boolean {
  return scope.type === 'gateway' && gatewayLayout(snapshot, scope).passesOn !== gatewayLayout(next, scope).passesOn;
}

/** What holds for the whole mesh is in every resource. */
function translatedAnew(previous: ScopeTranslation, next: Snapshot): ReturnType<typeof retranslateScope> {
  const translation = translateScope(next, previous.scope);
  return { translation, ...difference(previous.resources(), translation.resources()) };
}

/** With more hosts than these it is cheaper to list what a Sidecar imports than to ask for each of them. */
const fewHosts = 64;

const noHosts: ReadonlySet<string> = new Set();

/** Of changed hosts, those that may concern a scope. */
function inReach(hosts: ReadonlySet<string>, { scope, snapshot }: ScopeTranslation, next: Snapshot, reach: ChangeReach): ReadonlySet<string> {
  if (scope.egress === undefined) return hosts;
  if (hosts.size <= fewHosts) return isReached(scope, reach) ? hosts : noHosts;
  return new Set([...hostsInReach(snapshot, scope), ...hostsInReach(next, scope)]).intersection(hosts);
}

function nextTables({ tables, snapshot, scope }: ScopeTranslation, next: Snapshot, rerouted: ReadonlySet<string>): RouteTables {
  const hosts = scope.type === 'gateway' ? rerouted.union(hostsOfChangedServers(snapshot, next, scope)) : rerouted;
  return updateTables(tables, snapshot, next, scope, hosts);
}

/** Tables that did not change keep their resource. */
function nextRoutes(previous: ScopeTranslation, tables: RouteTables): ScopeTranslation['routes'] {
  if (tables === previous.tables) return previous.routes;
  return new Map(
    [...tables].map(([name, table]) => {
      const old = previous.routes.get(name);
      if (old !== undefined && previous.tables.get(name) === table) return [name, old];
      const resource = routeResource(previous.scope, name, table);
      return [name, old !== undefined && sameBytes(old.bytes, resource.bytes) ? old : resource];
    }),
  );
}
