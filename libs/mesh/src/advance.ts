import { isDeepStrictEqual } from 'node:util';
import type { MeshResource, PeerAuthentication } from '@flotilla/resources';
import { advanceClientLabels } from './client-labels.ts';
import { configuredMesh } from './configured-mesh.ts';
import { advanceDelegations } from './delegation/delegation-index.ts';
import { allDeltas, type SnapshotDelta } from './delta.ts';
import { advanceDestinationRules, ruleHost } from './destination-rule-index.ts';
import { advanceEnvoyFilters } from './envoy-filter-index.ts';
import { hostMatches, isWildcard } from './host-name.ts';
import type { MeshConfig } from './mesh-config.ts';
import type { KeySets } from './key-sets.ts';
import { networkGateways } from './network-gateways.ts';
import { networkOf } from './network-of.ts';
import type { PersistentMap } from './persistent-map.ts';
import { changesOf, effectiveChanges, type Change, type ConfigChange } from './resource-change.ts';
import { mutualTlsBy } from './mutual-tls.ts';
import { affectedRoutes } from './affected-routes.ts';
import { advanceServices } from './service-index.ts';
import { createSnapshot, type Snapshot } from './snapshot.ts';
import { advanceVirtualServices } from './virtual-service-index.ts';
import { advanceWorkloads } from './workload-index.ts';
import { advancePolicies } from './workload-policies.ts';

/** A snapshot and what differs between it and the one before. */
interface Step {
  readonly snapshot: Snapshot;
  readonly delta: SnapshotDelta;
}

/** A few milliseconds of work. */
const remadeAtOnce = 100;

/**
 * Advances a snapshot by a change. The cost grows with the change and what depends on it, not with
 * the mesh; but everything is made again when something changes that holds for all of it.
 *
 * @returns the next snapshot, and exactly what differs between the two; both empty-handed for a
 *   change that changes nothing
 */
export function advance(snapshot: Snapshot, change: ConfigChange): Step {
  const steps = advanceInSteps(snapshot, change);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/**
 * Advances a snapshot as {@link advance} does, and stops in between where everything is made again, so that the caller can
 * let others have their turn.
 *
 * @param atOnce how many resources are made again from one stop to the next
 */
export function* advanceInSteps(before: Snapshot, change: ConfigChange, atOnce = remadeAtOnce): Generator<undefined, Step, undefined> {
  const { names = before.names } = change;
  const snapshot = isDeepStrictEqual(names, before.names) ? before : { ...before, names };
  const changes = effectiveChanges(snapshot.resources, change);
  const mesh = meshAfter(snapshot, changes);
  if (mesh === snapshot.mesh) return advanceBy(snapshot, changes);
  const added = asAdded(snapshot.resources);
  const deltas: SnapshotDelta[] = [];
  let remade: Snapshot = { ...createSnapshot(snapshot.defaults), mesh, names };
  for (let from = 0; from < added.length; from += atOnce) {
    const step = advanceBy(remade, added.slice(from, from + atOnce));
    remade = step.snapshot;
    deltas.push(step.delta);
    yield;
  }
  const last = advanceBy(remade, changes);
  return { snapshot: last.snapshot, delta: { ...allDeltas([...deltas, last.delta]), mesh: true, scopes: true } };
}

/** What holds for the mesh after some changes; the same object where they do not change it. */
function meshAfter({ defaults, mesh }: Snapshot, changes: readonly Change[]): MeshConfig {
  const [change] = changesOf(changes, 'MeshConfig');
  if (change === undefined) return mesh;
  const next = configuredMesh(defaults, change.after?.spec);
  return isDeepStrictEqual(next, mesh) ? mesh : next;
}

function asAdded(resources: Snapshot['resources']): Change[] {
  return [...resources].map(([key, after]) => ({ key, before: undefined, after }));
}

function advanceBy(snapshot: Snapshot, changes: readonly Change[]): Step {
  const { mesh } = snapshot;
  const resources = applied(snapshot.resources, changes, (_, key) => key);
  const delegations = advanceDelegations(snapshot.delegations, changesOf(changes, 'VirtualService'), resources, mesh);
  const virtualServiceChanges = delegations.changes;
  const ruleChanges = changesOf(changes, 'DestinationRule');
  const gatewayChanges = changesOf(changes, 'Gateway');
  const denyListChanges = changesOf(changes, 'DenyList');
  const sidecarChanges = changesOf(changes, 'Sidecar');
  const peerAuthenticationChanges = changesOf(changes, 'PeerAuthentication');
  const envoyFilterChanges = changesOf(changes, 'EnvoyFilter');

  const peerAuthentications = advancePolicies(snapshot.peerAuthentications, peerAuthenticationChanges);
  const terms = { mutualTlsOf: mutualTlsBy(peerAuthentications, mesh), networkOf: networkOf(mesh.networks) };
  const located = [...changes, ...calledOtherwise(snapshot, changes, peerAuthenticationChanges)];
  const workloads = advanceWorkloads(snapshot.workloads, changesOf(located, 'WorkloadEntry'), terms);
  const services = advanceServices(snapshot.services, changesOf(located, 'ServiceEntry'), workloads.index, workloads.changed, terms, mesh);
  const clientLabels = advanceClientLabels(snapshot.clientLabels, [...virtualServiceChanges, ...ruleChanges]);
  const next: Snapshot = {
    defaults: snapshot.defaults,
    mesh,
    resources,
    workloads: workloads.index,
    services: services.index,
    networkGateways: networkGateways(services.index, mesh.networks, snapshot.names, snapshot.networkGateways),
    names: snapshot.names,
    delegations: delegations.index,
    virtualServices: advanceVirtualServices(snapshot.virtualServices, virtualServiceChanges, mesh.domainSuffix),
    destinationRules: advanceDestinationRules(snapshot.destinationRules, ruleChanges, mesh.domainSuffix),
    clientLabels,
    sidecars: advancePolicies(snapshot.sidecars, sidecarChanges),
    peerAuthentications,
    proxyConfigs: advancePolicies(snapshot.proxyConfigs, changesOf(changes, 'ProxyConfig')),
    envoyFilters: advanceEnvoyFilters(snapshot.envoyFilters, envoyFilterChanges),
    gateways: applied(snapshot.gateways, gatewayChanges, objectKey),
    denyLists: applied(snapshot.denyLists, denyListChanges, objectKey),
  };

  const ruledHosts = new Set(ruleChanges.flatMap(({ before, after }) => [before, after].flatMap((rule) => (rule === undefined ? [] : ruleHost(rule, mesh.domainSuffix)))));
  const rules = servicesOfHosts(next, ruledHosts);
  const delta: SnapshotDelta = {
    mesh: false,
    services: new Set(services.changed.map(({ id }) => id)),
    endpoints: services.endpoints,
    addresses: services.addresses,
    rules,
    virtualServices: keysOf(virtualServiceChanges),
    routes: affectedRoutes(snapshot, next, services.changed, rules, virtualServiceChanges),
    gateways: keysOf(gatewayChanges),
    denyLists: keysOf(denyListChanges),
    sidecars: keysOf(sidecarChanges),
    peerAuthentications: keysOf(peerAuthenticationChanges),
    envoyFilters: keysOf(envoyFilterChanges),
    scopes: sidecarChanges.length > 0 || envoyFilterChanges.length > 0 || next.networkGateways !== snapshot.networkGateways || !sameKeys(snapshot.clientLabels, clientLabels),
  };
  return { snapshot: changes.length === 0 && next.networkGateways === snapshot.networkGateways ? snapshot : next, delta };
}

/** What lists endpoints, and did not change, but whose endpoints changed PeerAuthentications may want called otherwise. */
function calledOtherwise({ resources, mesh }: Snapshot, changes: readonly Change[], policies: readonly Change<PeerAuthentication>[]): Change[] {
  if (policies.length === 0) return [];
  const namespaces = new Set(policies.flatMap(({ before, after }) => [before, after].flatMap((policy) => policy?.metadata.namespace ?? [])));
  const changed = new Set(changes.map(({ key }) => key));
  const lists = ({ kind, metadata }: MeshResource) =>
    (kind === 'WorkloadEntry' || kind === 'ServiceEntry') && (namespaces.has(mesh.rootNamespace) || namespaces.has(metadata.namespace));
  return [...resources].flatMap(([key, resource]) => (lists(resource) && !changed.has(key) ? [{ key, before: resource, after: resource }] : []));
}

function applied<R extends MeshResource>(map: PersistentMap<string, R>, changes: readonly Change<R>[], keyOf: (resource: R, key: string) => string): PersistentMap<string, R> {
  const entries = new Map<string, R | undefined>();
  for (const { key, before, after } of changes) {
    const resource = after ?? before;
    if (resource !== undefined) entries.set(keyOf(resource, key), after);
  }
  return map.with(entries);
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

function sameKeys(a: KeySets, b: KeySets): boolean {
  return a === b || (a.size === b.size && a.keys().every((key) => b.has(key)));
}
