import { isVisible } from '@flotilla/resources';
import { compareAge, compareText } from './age.ts';
import type { Endpoint } from './endpoint.ts';
import type { Labels } from './labels.ts';
import { serviceId, type Service } from './service.ts';
import { selectingServices } from './service-index.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * The service that a client of a namespace means by a full host name: that of its own namespace,
 * else the oldest it can see.
 */
export function serviceFor(snapshot: Snapshot, clientNamespace: string, host: string): Service | undefined {
  const { services, entries, byHost } = snapshot.services;
  const own = services.get(serviceId(clientNamespace, host));
  if (own !== undefined && isVisible(own.exportTo, own.namespace, clientNamespace)) return own;
  let found: Service | undefined;
  for (const id of byHost.get(host) ?? []) {
    const service = services.get(id);
    if (service === undefined || !isVisible(service.exportTo, service.namespace, clientNamespace)) continue;
    const [age, best] = [entries.get(id)?.[0], found === undefined ? undefined : entries.get(found.id)?.[0]];
    if (age !== undefined && (best === undefined || compareAge(age, best) < 0)) found = service;
  }
  return found;
}

/** Every service that clients of a namespace see, one a host, in no order. */
export function* servicesFor(snapshot: Snapshot, clientNamespace: string): Generator<Service> {
  for (const host of snapshot.services.byHost.keys()) {
    const service = serviceFor(snapshot, clientNamespace, host);
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
  return seenByAge(snapshot, clientNamespace, snapshot.services.byAddress.get(address) ?? []);
}

/** The services with a port that is not HTTP, as a client of a namespace sees them, the oldest first. */
export function servicesOnOpaquePort(snapshot: Snapshot, clientNamespace: string, port: number): Service[] {
  return seenByAge(snapshot, clientNamespace, snapshot.services.byOpaquePort.get(String(port)) ?? []);
}

function seenByAge(snapshot: Snapshot, clientNamespace: string, ids: Iterable<string>): Service[] {
  const { services, entries } = snapshot.services;
  const seen = [...ids].flatMap((id) => {
    const service = services.get(id);
    const entry = entries.get(id)?.[0];
    return service === undefined || entry === undefined || serviceFor(snapshot, clientNamespace, service.host) !== service ? [] : [{ service, entry }];
  });
  return seen.sort((a, b) => compareAge(a.entry, b.entry) || compareText(a.service.id, b.service.id)).map(({ service }) => service);
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
