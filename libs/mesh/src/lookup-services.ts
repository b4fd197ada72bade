import { isVisible } from '@flotilla/resources';
import type { Endpoint } from './endpoint.ts';
import type { Labels } from './labels.ts';
import type { Service } from './service.ts';
import { selectingServices } from './service-index.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * The service that a client of a namespace means by a full host name: that of its own namespace,
 * else the oldest it can see.
 */
export function serviceFor(snapshot: Snapshot, clientNamespace: string, host: string): Service | undefined {
  return meant(snapshot.services.byHost.get(host), clientNamespace);
}

/** @param namesakes services of one host, the oldest first */
function meant(namesakes: readonly Service[] = [], clientNamespace: string): Service | undefined {
  const seen = namesakes.filter(({ exportTo, namespace }) => isVisible(exportTo, namespace, clientNamespace));
  return seen.find(({ namespace }) => namespace === clientNamespace) ?? seen[0];
}

/** Every service that clients of a namespace see, one a host, in no order. */
export function* servicesFor(snapshot: Snapshot, clientNamespace: string): Generator<Service> {
  for (const namesakes of snapshot.services.byHost.values()) {
    const service = meant(namesakes, clientNamespace);
    if (service !== undefined) yield service;
  }
}

const nowhere: readonly Endpoint[] = [];

/** The endpoints of a service; the same list as long as none changed. */
export function endpointsOf(snapshot: Snapshot, service: Service): readonly Endpoint[] {
  return snapshot.services.endpoints.get(service.id) ?? nowhere;
}

/** The services with a virtual address, as a client of a namespace sees them, the oldest first. */
export function servicesAtAddress(snapshot: Snapshot, clientNamespace: string, address: string): Service[] {
  return seenBy(snapshot, clientNamespace, snapshot.services.byAddress.get(address));
}

/** The services with a port that is not HTTP, as a client of a namespace sees them, the oldest first. */
export function servicesOnOpaquePort(snapshot: Snapshot, clientNamespace: string, port: number): Service[] {
  return seenBy(snapshot, clientNamespace, snapshot.services.byOpaquePort.get(String(port)));
}

function seenBy(snapshot: Snapshot, clientNamespace: string, services: readonly Service[] = []): Service[] {
  return services.filter((service) => serviceFor(snapshot, clientNamespace, service.host) === service);
}

/**
 * The services that a workload serves: those that select its labels, registered or not, and those
 * with an endpoint at one of its addresses. By id.
 */
export function servicesOfWorkload(snapshot: Snapshot, workload: { readonly namespace: string; readonly labels: Labels; readonly addresses: readonly string[] }): Service[] {
  const ids = selectingServices(snapshot.services, workload);
  for (const address of workload.addresses) for (const id of snapshot.services.byEndpoint.get(address) ?? []) ids.add(id);
  return [...ids].sort().flatMap((id) => snapshot.services.services.get(id) ?? []);
}
