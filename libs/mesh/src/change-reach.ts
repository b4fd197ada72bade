import { virtualServiceHosts } from './destination-hosts.ts';
import type { SnapshotDelta } from './delta.ts';
import { importsRule } from './imported-hosts.ts';
import { routedHosts } from './lookup-destinations.ts';
import type { Snapshot } from './snapshot.ts';
import { viewersWithin, type Viewer } from './viewer.ts';
import { remember } from './remember.ts';

/** A service or VirtualService by which a change comes to those who import it. */
interface Carrier {
  readonly namespace: string;
  readonly hosts: readonly string[];
}

/** Which hosts a change is about, and whom it can concern. */
export interface ChangeReach {
  /** Hosts whose clusters or assignments may differ for those who see all. */
  readonly clusters: ReadonlySet<string>;
  /** The same for those under a Sidecar, to whom hosts also come and go with what routes to them. */
  readonly routedClusters: ReadonlySet<string>;
  readonly carriers: readonly Carrier[];
}

const known = new WeakMap<SnapshotDelta, ChangeReach>();

/**
 * What follows from a delta for all viewers alike, worked out once for them all.
 *
 * @param delta what `advance` said differs between the snapshots
 */
export function changeReach(previous: Snapshot, next: Snapshot, delta: SnapshotDelta): ChangeReach {
  return remember(known, delta, () => reachOf([previous, next], delta));
}

function reachOf(snapshots: readonly Snapshot[], delta: SnapshotDelta): ChangeReach {
  const clusters = new Set([delta.services, delta.rules, delta.endpoints].flatMap((ids) => [...ids].map((id) => id.slice(id.indexOf('/') + 1))));
  const routedClusters = new Set(clusters);
  for (const snapshot of snapshots) for (const host of routedHosts(snapshot, delta.virtualServices)) routedClusters.add(host);
  const hosts = routedClusters.union(delta.routes);
  return { clusters, routedClusters, carriers: snapshots.flatMap((snapshot) => [...carriersOf(snapshot, hosts)]) };
}

function* carriersOf({ services, virtualServices, mesh }: Snapshot, hosts: Iterable<string>): Generator<Carrier> {
  for (const host of hosts) {
    for (const { namespace } of services.byHost.get(host) ?? []) yield { namespace, hosts: [host] };
    for (const index of [virtualServices.byHost, virtualServices.byDestination]) {
      for (const resource of index.get(host) ?? []) yield { namespace: resource.metadata.namespace, hosts: virtualServiceHosts(resource, mesh.domainSuffix) };
    }
  }
}

/** Whether a change may make a difference to a viewer. */
export function isReached(viewer: Viewer, { carriers }: ChangeReach): boolean {
  const { egress } = viewer;
  // What unknown hosts go through is no import.
  if (egress === undefined || egress.outboundTrafficPolicy?.egressProxy !== undefined) return true;
  const listeners = viewersWithin(viewer).flatMap((one) => one.egress?.listeners ?? []);
  return carriers.some(({ namespace, hosts }) => listeners.some((listener) => importsRule(listener.hosts, namespace, hosts)));
}
