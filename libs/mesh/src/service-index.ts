import { clusterRegistry, isOfCluster, selectorMatches, type ServiceEntry } from '@flotilla/resources';
import { isDeepStrictEqual } from 'node:util';
import { compareAge } from './age.ts';
import { reindex, type AgeIndex, type Replacement } from './age-index.ts';
import { addressesOf, needsAddress, noAutomaticAddresses, reassign, type AutomaticAddresses } from './automatic-addresses.ts';
import { endpointOf, type Endpoint, type EndpointSource, type EndpointTerms } from './endpoint.ts';
import { compareEndpoints, type EndpointListChange } from './endpoint-list.ts';
import { updateKeySets, type KeySets, type Membership } from './key-sets.ts';
import { labelKeys, leadingLabel } from './labels.ts';
import type { MeshConfig } from './mesh-config.ts';
import { withNamedTargets } from './named-targets.ts';
import { withOwnPorts } from './own-ports.ts';
import { PersistentMap, type Draft } from './persistent-map.ts';
import { isHttp } from './protocol.ts';
import type { Change } from './resource-change.ts';
import { compareServiceAge, portsOf, serviceIdsOf, serviceOf, type Service } from './service.ts';
import { selectWorkloads, type EndpointChange, type WorkloadIndex } from './workload-index.ts';

/** Services and what is behind them. */
export interface ServiceIndex {
  /** The ServiceEntries behind each service id. */
  readonly entries: AgeIndex<ServiceEntry>;
  readonly services: PersistentMap<string, Service>;
  readonly endpoints: PersistentMap<string, readonly Endpoint[]>;
  readonly automatic: AutomaticAddresses;
  /** By host, one a namespace. */
  readonly byHost: AgeIndex<Service>;
  /** Ids of the services of each namespace. */
  readonly byNamespace: KeySets;
  /** Ids by the leading label of their selectors. */
  readonly bySelector: KeySets;
  /** Ids of the services that are the way into a network. */
  readonly byNetwork: KeySets;
  /** By virtual address and alias. */
  readonly byAddress: AgeIndex<Service>;
  /** By port, for ports that are not HTTP, and those of hosts that are looked up when a request names them. */
  readonly byOpaquePort: AgeIndex<Service>;
  /** Ids by the address of each endpoint. */
  readonly byEndpoint: KeySets;
  /** Ids of those whose hosts are looked up when a request names them, by namespace. */
  readonly lookedUp: KeySets;
}

export const noServices: ServiceIndex = {
  entries: PersistentMap.empty(),
  services: PersistentMap.empty(),
  endpoints: PersistentMap.empty(),
  automatic: noAutomaticAddresses,
  byHost: PersistentMap.empty(),
  byNamespace: PersistentMap.empty(),
  bySelector: PersistentMap.empty(),
  byNetwork: PersistentMap.empty(),
  byAddress: PersistentMap.empty(),
  byOpaquePort: PersistentMap.empty(),
  byEndpoint: PersistentMap.empty(),
  lookedUp: PersistentMap.empty(),
};

/** A service that came, went, or changed. */
export interface ServiceChange extends Replacement<Service> {
  readonly id: string;
}

export interface ServiceIndexUpdate {
  readonly index: ServiceIndex;
  /** In more than endpoints. */
  readonly changed: readonly ServiceChange[];
  /** Ids of services of which the endpoints alone changed. */
  readonly endpoints: ReadonlySet<string>;
  /** Addresses of endpoints that differ. */
  readonly addresses: ReadonlySet<string>;
}

/**
 * Brings the services up to date with changed ServiceEntries and workloads.
 *
 * @param workloads the index after `moved`
 */
export function advanceServices(
  index: ServiceIndex,
  changes: readonly Change<ServiceEntry>[],
  workloads: WorkloadIndex,
  moved: readonly EndpointChange[],
  terms: EndpointTerms,
  mesh: MeshConfig,
): ServiceIndexUpdate {
  const entries = reindex(index.entries, changes, serviceIdsOf, compareAge);
  const affected = new Set(changes.flatMap(({ before, after }) => [before, after].flatMap((entry) => (entry === undefined ? [] : serviceIdsOf(entry)))));
  for (const { before, after } of moved) {
    for (const endpoint of [before, after]) if (endpoint !== undefined) for (const id of selectingServices(index, endpoint)) affected.add(id);
  }

  const services = index.services.draft();
  const endpoints = new Map<string, readonly Endpoint[] | undefined>();
  const changed: ServiceChange[] = [];
  const relisted = new Map<string, EndpointListChange>();
  for (const id of affected) {
    const [oldest, ...others] = entries.get(id) ?? [];
    const listed = oldest === undefined ? noEndpoints : endpointsOfAll([oldest, ...others], workloads, terms);
    const list = compareEndpoints(index.endpoints.get(id) ?? noEndpoints, listed);
    const before = services.get(id);
    const made = oldest === undefined ? undefined : serviceOf(hostOf(id), [oldest, ...others], list.after, mesh);
    const after = made === undefined || before === undefined ? made : { ...made, automaticAddresses: before.automaticAddresses };
    if (list.before !== list.after) {
      relisted.set(id, list);
      endpoints.set(id, list.after.length === 0 ? undefined : list.after);
    }
    if (!isDeepStrictEqual(before, after)) {
      changed.push({ id, before, after });
      services.set(id, after);
    }
  }
  const automatic = addressed(index, services, changed);
  const definitions = new Set(changed.map(({ id }) => id));
  return {
    index: {
      entries,
      services: services.finished(),
      endpoints: index.endpoints.with(endpoints),
      automatic,
      byHost: reindex(index.byHost, changed, ({ host }) => [host], compareServiceAge),
      byNamespace: relate(index.byNamespace, changed, ({ namespace }) => [namespace]),
      bySelector: relate(index.bySelector, changed, (service) => service.selectors.flatMap((selector) => leadingLabel(service.namespace, selector) ?? [])),
      byNetwork: relate(index.byNetwork, changed, (service) => (service.wayInto === undefined ? [] : [service.wayInto.network])),
      byAddress: reindex(index.byAddress, changed, ({ addresses, automaticAddresses, aliases }) => [...addresses, ...automaticAddresses, ...aliases], compareServiceAge),
      byOpaquePort: reindex(index.byOpaquePort, changed, opaquePorts, compareServiceAge),
      byEndpoint: updateKeySets(index.byEndpoint, memberships(relisted, 'before'), memberships(relisted, 'after')),
      lookedUp: relate(index.lookedUp, changed, ({ namespace, resolution }) => (resolution === 'DYNAMIC_DNS' ? [namespace] : [])),
    },
    changed,
    endpoints: new Set([...relisted.keys()].filter((id) => !definitions.has(id))),
    addresses: new Set([...relisted.values()].flatMap(({ addresses }) => [...addresses])),
  };
}

/** Gives services the addresses that they get of themselves; those that this moves are changed too. */
function addressed(index: ServiceIndex, services: Draft<string, Service>, changed: ServiceChange[]): AutomaticAddresses {
  const needing = (side: 'before' | 'after') => changed.flatMap(({ [side]: service }) => (service !== undefined && needsAddress(service) ? [service] : []));
  const { index: automatic, touched } = reassign(index.automatic, needing('before'), needing('after'));
  const places = new Map(changed.map(({ id }, at) => [id, at]));
  for (const id of touched) {
    const service = services.get(id);
    if (service === undefined) continue;
    const automaticAddresses = addressesOf(automatic, service);
    if (isDeepStrictEqual(service.automaticAddresses, automaticAddresses)) continue;
    const after = { ...service, automaticAddresses };
    services.set(id, after);
    const change = { id, before: index.services.get(id), after };
    const place = places.get(id);
    if (place === undefined) changed.push(change);
    else changed[place] = change;
  }
  return automatic;
}

const noEndpoints: readonly Endpoint[] = [];

function hostOf(id: string): string {
  return id.slice(id.indexOf('/') + 1);
}

function endpointsOfAll(entries: readonly ServiceEntry[], workloads: WorkloadIndex, terms: EndpointTerms): Endpoint[] {
  const ports = entries.length > 1 ? portsOf(entries) : undefined;
  return entries.flatMap((entry) => {
    const endpoints = endpointsOf(entry, workloads, terms);
    return ports === undefined ? endpoints : withOwnPorts(endpoints, entry, ports);
  });
}

const ofCluster: EndpointSource = { registry: clusterRegistry };

/**
 * A selector takes workloads in, beside the endpoints that a registry lists: a Service of Kubernetes selects its pods and
 * WorkloadEntries alike. One that the registry lists counts as the registry has it.
 */
function endpointsOf(entry: ServiceEntry, workloads: WorkloadIndex, terms: EndpointTerms): Endpoint[] {
  const { namespace } = entry.metadata;
  const { endpoints = [], workloadSelector } = entry.spec;
  const source = isOfCluster(entry) ? ofCluster : undefined;
  const listed = endpoints.flatMap((endpoint) => endpointOf(endpoint, namespace, terms, source) ?? []);
  if (workloadSelector?.labels === undefined) return listed;
  const known = new Set(listed.map(({ address }) => address));
  const selected = selectWorkloads(workloads, namespace, workloadSelector.labels).filter(({ address }) => !known.has(address));
  return [...listed, ...withNamedTargets(selected, entry)];
}

/** Ids of the services whose selectors take in a workload. */
export function selectingServices(index: ServiceIndex, workload: Pick<Endpoint, 'namespace' | 'labels'>): Set<string> {
  const ids = new Set<string>();
  for (const label of labelKeys(workload.namespace, workload.labels)) {
    for (const id of index.bySelector.get(label)?.keys() ?? []) {
      if (index.services.get(id)?.selectors.some((selector) => selectorMatches(selector, workload.labels)) === true) ids.add(id);
    }
  }
  return ids;
}

function opaquePorts({ ports, resolution }: Service): string[] {
  return ports.filter(({ protocol }) => !isHttp(protocol) || resolution === 'DYNAMIC_DNS').map(({ number }) => String(number));
}

function relate(sets: KeySets, changed: readonly ServiceChange[], keysOf: (service: Service) => readonly string[]): KeySets {
  const side = (which: 'before' | 'after') => changed.flatMap(({ id, [which]: service }) => (service === undefined ? [] : keysOf(service).map((key): Membership => [key, id])));
  return updateKeySets(sets, side('before'), side('after'));
}

/** Where the endpoints of services are, at the addresses that changed. */
function* memberships(lists: ReadonlyMap<string, EndpointListChange>, side: 'before' | 'after'): Generator<Membership> {
  for (const [id, { addresses, [side]: list }] of lists) for (const { address } of list) if (addresses.has(address)) yield [address, id];
}
