import type { Endpoint } from './endpoint.ts';
import type { Labels } from './labels.ts';
import type { Service } from './service.ts';
import { selectingServices } from './service-index.ts';
import { serviceHosts } from './seen-hosts.ts';
import type { Snapshot } from './snapshot.ts';
import { seenService, type Viewer } from './viewer.ts';
import { selectedWorkloads } from './workload-index.ts';

/**
 * The service that a viewer means by a full host name: that of its own namespace, else the oldest it
 * can see.
 */
export function serviceFor(snapshot: Snapshot, viewer: Viewer, host: string): Service | undefined {
  return meant(snapshot.services.byHost.get(host), viewer);
}

/** @param namesakes services of one host, the oldest first */
function meant(namesakes: readonly Service[] = [], viewer: Viewer): Service | undefined {
  const seen = namesakes.flatMap((service) => seenService(viewer, service) ?? []);
  return seen.find(({ namespace }) => namespace === viewer.namespace) ?? seen[0];
}

/** Every service that a viewer sees, one a host, in no order. */
export function* servicesFor(snapshot: Snapshot, viewer: Viewer): Generator<Service> {
  const { byHost } = snapshot.services;
  const namesakes = viewer.egress === undefined ? byHost.values() : serviceHosts(snapshot, viewer).map((host) => byHost.get(host));
  for (const services of namesakes) {
    const service = meant(services, viewer);
    if (service !== undefined) yield service;
  }
}

const nowhere: readonly Endpoint[] = [];

/** The endpoints of a service; the same list as long as none changed. */
export function endpointsOf(snapshot: Snapshot, service: Service): readonly Endpoint[] {
  return snapshot.services.endpoints.get(service.id) ?? nowhere;
}

/** The WorkloadEntries that a service selects, by key, as the endpoints that they are. */
export function* workloadsOfService({ workloads }: Snapshot, { namespace, selectors }: Service): Generator<readonly [key: string, endpoint: Endpoint]> {
  for (const selector of selectors) yield* selectedWorkloads(workloads, namespace, selector);
}

/** All services of a host, whoever sees them, the oldest first. */
export function servicesNamed({ services }: Snapshot, host: string): readonly Service[] {
  return services.byHost.get(host) ?? [];
}

/** The services with a virtual address that a viewer sees, the oldest first. */
export function servicesAtAddress(snapshot: Snapshot, viewer: Viewer, address: string): Service[] {
  return seenBy(snapshot, viewer, snapshot.services.byAddress.get(address));
}

/** Whether a viewer sees a service whose hosts are looked up when a request names them. */
export function seesLookedUp({ services }: Snapshot, viewer: Viewer): boolean {
  return services.lookedUp.values().some((ids) => ids.keys().some((id) => {
    const service = services.services.get(id);
    return service !== undefined && seenService(viewer, service) !== undefined;
  }));
}

/** The services with a port that is not HTTP that a viewer sees, the oldest first. */
export function servicesOnOpaquePort(snapshot: Snapshot, viewer: Viewer, port: number): Service[] {
  return seenBy(snapshot, viewer, snapshot.services.byOpaquePort.get(String(port)));
}

function seenBy(snapshot: Snapshot, viewer: Viewer, services: readonly Service[] = []): Service[] {
  return services.flatMap((whole) => {
    const service = seenService(viewer, whole);
    return service !== undefined && serviceFor(snapshot, viewer, whole.host) === service ? [service] : [];
  });
}

/** What a proxy stands before. */
export interface Workload {
  readonly namespace: string;
  readonly labels: Labels;
  readonly addresses: readonly string[];
}

/**
 * The services that a workload serves: those that select its labels, registered or not, and those
 * with an endpoint at one of its addresses. By id.
 */
export function servicesOfWorkload(snapshot: Snapshot, workload: Workload): Service[] {
  const ids = selectingServices(snapshot.services, workload);
  for (const address of workload.addresses) for (const id of snapshot.services.byEndpoint.get(address)?.keys() ?? []) ids.add(id);
  return [...ids].sort().flatMap((id) => snapshot.services.services.get(id) ?? []);
}
