import { destinationFor, destinationsFor, type Service, type Snapshot } from '@flotilla/mesh';
import { assignments } from './endpoints/assignments.ts';
import { outboundClusters } from './clusters/outbound-clusters.ts';
import { dynamicDns } from './clusters/names.ts';
import { blackHoleCluster, dynamicDnsCluster, forwardProxyCluster, passthroughCluster } from './clusters/well-known.ts';
import { passthrough } from './clusters/names.ts';
import { applyPatches, Patching } from './envoy-filters/apply-patches.ts';
import { sniResources } from './clusters/sni-clusters.ts';
import { typeUrls, type EnvoyResource } from './envoy-resource.ts';
import { gatewayLayout } from './gateways/gateway-layout.ts';
import { buildListeners, type Listeners } from './listeners/scope-listeners.ts';
import { callClusters } from './proxyless/call-clusters.ts';
import { routeResource } from './routing/route-resource.ts';
import { buildTables, type RouteTables } from './routing/route-tables.ts';
import { virtualHostResources } from './routing/virtual-host-resources.ts';
import type { Scope } from './scope.ts';
import { allSteps, type Steps } from './steps.ts';
import { unknownProxied, unknownRequests, unknownTraffic } from './unknown-traffic.ts';

/** What every proxy of a scope runs, at one snapshot: immutable, and the state that makes the next one cheap. */
export interface ScopeTranslation {
  readonly scope: Scope;
  readonly snapshot: Snapshot;
  readonly tables: RouteTables;
  /** The tables as resources, by name. */
  readonly routes: ReadonlyMap<string, EnvoyResource>;
  readonly listeners: Listeners;
  /** Every resource, each name once; objects are shared between scopes and snapshots. */
  resources(): Iterable<EnvoyResource>;
}

/** Translates all that proxies of a scope have in common: clusters, endpoints, listeners and routes. */
export function translateScope(snapshot: Snapshot, scope: Scope): ScopeTranslation {
  return allSteps(translateScopeInSteps(snapshot, scope));
}

const clusterTypes = [typeUrls.cluster, typeUrls.endpoint];

/**
 * The same service by service and host by host: a large scope takes a second. All steps together yield every resource once.
 *
 * @param complete told of types, before the end, of which everything was yielded: what proxies need first comes first
 */
export function* translateScopeInSteps(snapshot: Snapshot, scope: Scope, complete: (typeUrls: readonly string[]) => void = () => undefined): Steps<ScopeTranslation> {
  const patching = new Patching(scope.patches, 'scope');
  yield patching.apply(meshClusters(snapshot, scope));
  for (const service of destinationsFor(snapshot, scope)) yield patching.apply([...serviceResources(snapshot, scope, service)]);
  yield patching.added(typeUrls.cluster);
  complete(clusterTypes);
  const tables = yield* buildTables(snapshot, scope);
  const listeners = buildListeners(snapshot, scope, tables);
  yield patching.apply([...listeners.values()]);
  const routes = new Map<string, EnvoyResource>();
  for (const [name, table] of tables) {
    const resource = routeResource(scope, name, table);
    routes.set(name, resource);
    yield patching.apply([resource]);
  }
  for (const resource of virtualHostResources(scope, tables)) yield [resource];
  yield patching.added();
  return scopeTranslation(snapshot, scope, tables, routes, listeners);
}

export function scopeTranslation(snapshot: Snapshot, scope: Scope, tables: RouteTables, routes: ScopeTranslation['routes'], listeners: Listeners): ScopeTranslation {
  return {
    scope,
    snapshot,
    tables,
    routes,
    listeners,
    resources() {
      return applyPatches(scope.patches, 'scope', unpatchedResources(this));
    },
  };
}

/** The resources of a translation as they are before EnvoyFilters patch them. */
export function* unpatchedResources({ snapshot, scope, listeners, routes, tables }: ScopeTranslation): Generator<EnvoyResource> {
  yield* meshClusters(snapshot, scope);
  for (const service of destinationsFor(snapshot, scope)) yield* serviceResources(snapshot, scope, service);
  yield* listeners.values();
  yield* routes.values();
  yield* virtualHostResources(scope, tables);
}

/** The clusters and assignments of one service. */
export function* serviceResources(snapshot: Snapshot, scope: Scope, service: Service): Generator<EnvoyResource> {
  yield* scope.type === 'proxyless' ? callClusters(snapshot, scope, service) : outboundClusters(snapshot, scope, service);
  yield* assignments(snapshot, scope, service);
  if (scope.type === 'gateway' && gatewayLayout(snapshot, scope).passesOn) yield* sniResources(snapshot, scope, service);
}

/** The clusters and assignments of the service that a host means to a scope. */
export function hostResources(snapshot: Snapshot, scope: Scope, host: string): Iterable<EnvoyResource> {
  const service = destinationFor(snapshot, scope, host);
  return service === undefined ? [] : serviceResources(snapshot, scope, service);
}

/** The clusters that are for no service. */
export function meshClusters(snapshot: Snapshot, scope: Scope): EnvoyResource[] {
  if (scope.type === 'proxyless') return [];
  if (scope.type === 'gateway') return [blackHoleCluster];
  const proxies = (scope.egress?.proxies.length ?? 0) > 0;
  const lookedUp = (proxies ? unknownProxied : unknownRequests)(snapshot, scope) === dynamicDns;
  if (scope.interception === 'REDIRECT') return [blackHoleCluster, passthroughCluster(snapshot.mesh), ...(lookedUp ? [dynamicDnsCluster] : [])];
  return unknownTraffic(snapshot, scope) === passthrough ? [blackHoleCluster, forwardProxyCluster] : [blackHoleCluster];
}
