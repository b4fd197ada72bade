import { destinationHosts } from './destination-hosts.ts';
import { fullHost } from './host-name.ts';
import { serviceFor, servicesFor } from './lookup-services.ts';
import { seenVirtualServices } from './seen-hosts.ts';
import type { Service } from './service.ts';
import type { Snapshot } from './snapshot.ts';
import { seesVirtualService, viewersWithin, type Viewer } from './viewer.ts';
import { gatewaysOf, meshGateway } from './virtual-service-index.ts';

/**
 * The service that traffic of a viewer may be routed to under a host name: one it sees, or one that a
 * VirtualService it sees routes to, though its Sidecar does not name it; of such a one, every port.
 */
export function destinationFor(snapshot: Snapshot, viewer: Viewer, host: string): Service | undefined {
  if (!viewer.egress?.proxies.length) return destinationOf(snapshot, viewer, host);
  const found = viewersWithin(viewer).flatMap((one) => destinationOf(snapshot, one, host) ?? []);
  return found.reduce<Service | undefined>((widest, service) => (widest === undefined || service.ports.length > widest.ports.length ? service : widest), undefined);
}

function destinationOf(snapshot: Snapshot, viewer: Viewer, host: string): Service | undefined {
  const seen = serviceFor(snapshot, viewer, host);
  if (viewer.egress === undefined || !isRoutedTo(snapshot, viewer, host)) return seen;
  return seen === undefined ? serviceFor(snapshot, { namespace: viewer.namespace }, host) : snapshot.services.services.get(seen.id);
}

/** Every service that traffic of a viewer may be routed to, one a host, in no order. */
export function* destinationsFor(snapshot: Snapshot, viewer: Viewer): Generator<Service> {
  if (viewer.egress === undefined) {
    yield* servicesFor(snapshot, viewer);
    return;
  }
  const { domainSuffix } = snapshot.mesh;
  const hosts = new Set<string>(egressProxy(snapshot, viewer));
  for (const one of viewersWithin(viewer)) {
    for (const resource of seenVirtualServices(snapshot, one)) for (const host of destinationHosts(resource, domainSuffix)) hosts.add(host);
    for (const { host } of servicesFor(snapshot, one)) hosts.add(host);
  }
  for (const host of hosts) {
    const service = destinationFor(snapshot, viewer, host);
    if (service !== undefined) yield service;
  }
}

/** The hosts that some VirtualServices (`<namespace>/<name>`) route to. */
export function* routedHosts({ virtualServices, mesh }: Snapshot, names: Iterable<string>): Generator<string> {
  for (const full of names) {
    const [namespace = '', name = ''] = full.split('/');
    const resource = virtualServices.byNamespace.get(namespace)?.get(name);
    if (resource !== undefined) yield* destinationHosts(resource, mesh.domainSuffix);
  }
}

function isRoutedTo(snapshot: Snapshot, viewer: Viewer, host: string): boolean {
  const routing = snapshot.virtualServices.byDestination.get(host) ?? [];
  return (
    routing.some((resource) => gatewaysOf(resource).includes(meshGateway) && seesVirtualService(viewer, resource, snapshot.mesh)) ||
    egressProxy(snapshot, viewer).includes(host)
  );
}

/** The host that traffic for unknown hosts goes through, if there is one. */
function egressProxy({ mesh }: Snapshot, { namespace, egress }: Viewer): string[] {
  const proxy = egress?.outboundTrafficPolicy?.egressProxy;
  return proxy === undefined ? [] : [fullHost(proxy.host, namespace, mesh.domainSuffix)];
}
