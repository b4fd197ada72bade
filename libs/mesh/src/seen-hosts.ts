import type { VirtualService } from '@flotilla/resources';
import { virtualServiceHosts } from './destination-hosts.ts';
import { hostMatches, widerHosts } from './host-name.ts';
import { anyNamespace, type ImportedHosts } from './imported-hosts.ts';
import type { Snapshot } from './snapshot.ts';
import { seesVirtualService, type Viewer } from './viewer.ts';
import { gatewaysOf, meshGateway } from './virtual-service-index.ts';

/**
 * The hosts of which a viewer may see a service. Under a Sidecar the cost grows with what that names, not
 * with the mesh; only a wildcard for every namespace asks for all hosts.
 */
export function* serviceHosts(snapshot: Snapshot, { egress }: Viewer): Generator<string> {
  const { byHost, byNamespace } = snapshot.services;
  if (egress === undefined) {
    yield* byHost.keys();
    return;
  }
  const found = new Set<string>();
  for (const { hosts } of egress.listeners) {
    for (const [namespace, { exact, wildcards }] of hosts.included) {
      for (const host of exact) if (byHost.has(host)) found.add(host);
      if (wildcards.length === 0) continue;
      const named = namespace === anyNamespace ? byHost.keys() : hostsOf(byNamespace.get(namespace)?.keys() ?? []);
      for (const host of named) if (wildcards.some((pattern) => hostMatches(pattern, host))) found.add(host);
    }
  }
  yield* found;
}

function* hostsOf(ids: Iterable<string>): Generator<string> {
  for (const id of ids) yield id.slice(id.indexOf('/') + 1);
}

/** The VirtualServices for sidecars that a viewer sees, in no order, at a cost as that of {@link serviceHosts}. */
export function seenVirtualServices(snapshot: Snapshot, viewer: Viewer): Set<VirtualService> {
  const { byHost } = snapshot.virtualServices;
  const candidates = viewer.egress === undefined ? [...byHost.values()].flat() : viewer.egress.listeners.flatMap(({ hosts }) => [...importable(snapshot, hosts)]);
  return new Set(candidates.filter((resource) => gatewaysOf(resource).includes(meshGateway) && seesVirtualService(viewer, resource, snapshot.mesh)));
}

/** The hosts that the VirtualServices which a viewer sees speak for. */
export function virtualServiceHostNames(snapshot: Snapshot, viewer: Viewer): Iterable<string> {
  if (viewer.egress === undefined) return snapshot.virtualServices.byHost.keys();
  return new Set([...seenVirtualServices(snapshot, viewer)].flatMap((resource) => virtualServiceHosts(resource, snapshot.mesh.domainSuffix)));
}

/** The VirtualServices that may have a host in common with imported ones. */
function* importable({ virtualServices }: Snapshot, imported: ImportedHosts): Generator<VirtualService> {
  for (const [namespace, { exact, wildcards }] of imported.included) {
    for (const host of exact) {
      yield* virtualServices.byHost.get(host) ?? [];
      for (const wider of widerHosts(host)) yield* virtualServices.byWildcard.get(wider) ?? [];
    }
    if (wildcards.length === 0) continue;
    if (namespace === anyNamespace) {
      for (const list of virtualServices.byHost.values()) yield* list;
      continue;
    }
    yield* virtualServices.byNamespace.get(namespace)?.values() ?? [];
  }
}
