import type { VirtualService } from '@flotilla/resources';
import { virtualServiceHosts } from './destination-hosts.ts';
import { hostMatches, isWildcard, widerHosts } from './host-name.ts';
import type { Change } from './resource-change.ts';
import { shortHostOwners } from './short-hosts.ts';
import type { ServiceChange } from './service-index.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * The hosts whose routes may differ between two snapshots: those of changed services and
 * VirtualServices, those of VirtualServices that send traffic to a changed service, and those that
 * share a virtual address or a short name with a changed service.
 *
 * @param rules ids of services whose DestinationRule may differ
 */
export function affectedRoutes(
  previous: Snapshot,
  next: Snapshot,
  services: readonly ServiceChange[],
  rules: ReadonlySet<string>,
  virtualServices: readonly Change<VirtualService>[],
): Set<string> {
  const { domainSuffix } = next.mesh;
  const hosts = new Set<string>();
  const spoken = new Set<string>();
  for (const { before, after } of virtualServices) {
    for (const resource of [before, after]) if (resource !== undefined) for (const host of virtualServiceHosts(resource, domainSuffix)) spoken.add(host);
  }
  const destinations = new Set<string>();
  for (const id of rules) destinations.add(id.slice(id.indexOf('/') + 1));
  for (const { before, after } of services) {
    const service = after ?? before;
    if (service === undefined) continue;
    destinations.add(service.host);
    for (const host of namesakes(next, service.host)) hosts.add(host);
    // A wildcard has routes of its own only as long as it stands for no service.
    for (const wider of widerHosts(service.host)) if (next.virtualServices.byWildcard.has(wider)) hosts.add(wider);
    for (const snapshot of [previous, next]) for (const neighbour of addressNeighbours(snapshot, service.host)) hosts.add(neighbour);
  }
  for (const host of destinations) {
    hosts.add(host);
    for (const resource of next.virtualServices.byDestination.get(host) ?? []) for (const spokenFor of virtualServiceHosts(resource, domainSuffix)) spoken.add(spokenFor);
  }
  for (const host of spoken) {
    for (const namesake of namesakes(next, host)) hosts.add(namesake);
    if (isWildcard(host)) addMatching(hosts, host, [previous, next]);
  }
  return hosts;
}

/** A host, and those that have its name as a shorter one, as an alias or as an address. */
function* namesakes(snapshot: Snapshot, host: string): Generator<string> {
  for (const name of [host, ...shortHostOwners(snapshot, host)]) {
    yield name;
    for (const service of snapshot.services.byAddress.get(name) ?? []) yield service.host;
  }
}

/** Hosts that share an address or alias with a service of this host, whichever of its namesakes a client means. */
function* addressNeighbours({ services }: Snapshot, host: string): Generator<string> {
  for (const { addresses, automaticAddresses, aliases } of services.byHost.get(host) ?? []) {
    for (const address of [...addresses, ...automaticAddresses, ...aliases]) for (const other of services.byAddress.get(address) ?? []) yield other.host;
  }
}

function addMatching(hosts: Set<string>, pattern: string, snapshots: readonly Snapshot[]): void {
  for (const { services, virtualServices } of snapshots) {
    for (const host of services.byHost.keys()) if (hostMatches(pattern, host)) hosts.add(host);
    for (const host of virtualServices.byHost.keys()) if (hostMatches(pattern, host)) hosts.add(host);
  }
}
