import { type DenyList, type EnvoyFilter, type Gateway, resourceKey, selectorMatches, type Sidecar, type VirtualService } from '@flotilla/resources';
import { compareAge } from './age.ts';
import { writtenRules, type WrittenRule } from './delegation/delegation-index.ts';
import { findRule, type Client } from './destination-rule-index.ts';
import type { EffectiveRule } from './effective-rule.ts';
import { findEnvoyFilters } from './envoy-filter-index.ts';
import { widerHosts } from './host-name.ts';
import type { Labels } from './labels.ts';
import { modeSourceBy, mutualTlsBy, type ModeSource, type MutualTls } from './mutual-tls.ts';
import type { Service } from './service.ts';
import type { Snapshot } from './snapshot.ts';
import { balancingLabels } from './topology.ts';
import { namespacePolicy, selectingPolicy } from './workload-policies.ts';
import { seesVirtualService, type Viewer } from './viewer.ts';
import { gatewaysOf } from './virtual-service-index.ts';

/** What the DestinationRules say about a client's traffic to a service; the same object as long as it is the same rule. */
export function ruleFor(snapshot: Snapshot, client: Client, service: Service): EffectiveRule | undefined {
  return findRule(snapshot.destinationRules, client, service, snapshot.mesh);
}

/**
 * The VirtualServices for exactly this host (or wildcard) that a viewer sees, bound to a gateway or to
 * `mesh`, the oldest first.
 *
 * @param port the port that traffic is for, where it may leave by several listeners; any when absent
 */
export function virtualServicesOfHost(snapshot: Snapshot, viewer: Viewer, gateway: string, host: string, port?: number): VirtualService[] {
  return seen(snapshot, snapshot.virtualServices.byHost.get(host), viewer, gateway, port);
}

function seen({ mesh }: Snapshot, found: readonly VirtualService[] = [], viewer: Viewer, gateway: string, port: number | undefined): VirtualService[] {
  return found.filter((resource) => gatewaysOf(resource).includes(gateway) && seesVirtualService(viewer, resource, mesh, port));
}

/**
 * The VirtualServices that speak for a host, those for its most specific name first, then by age.
 *
 * @param host full name or wildcard
 * @param port as {@link virtualServicesOfHost} takes it
 */
export function* virtualServicesFor(snapshot: Snapshot, viewer: Viewer, gateway: string, host: string, port?: number): Generator<VirtualService> {
  const { byHost, byWildcard } = snapshot.virtualServices;
  yield* seen(snapshot, byHost.get(host), viewer, gateway, port);
  if (byWildcard.size > 0) for (const wider of widerHosts(host)) yield* seen(snapshot, byWildcard.get(wider), viewer, gateway, port);
}

/** The VirtualServices that speak for a host, whoever they are for: those for its most specific name first, then by age. */
export function* virtualServicesNaming({ virtualServices }: Snapshot, host: string): Generator<VirtualService> {
  const { byHost, byWildcard } = virtualServices;
  yield* byHost.get(host) ?? [];
  for (const wider of widerHosts(host)) yield* byWildcard.get(wider) ?? [];
}

/** The VirtualServices bound to a Gateway (`<namespace>/<name>`) that a viewer sees, the oldest first. */
export function virtualServicesOfGateway(snapshot: Snapshot, viewer: Viewer, gateway: string): VirtualService[] {
  const found = snapshot.virtualServices.byGateway.get(gateway) ?? [];
  return found.filter((resource) => seesVirtualService(viewer, resource, snapshot.mesh));
}

/** Where each http rule of a VirtualService is written that traffic sees: in itself, or in one that it delegates to. */
export function ruleSources({ resources, mesh }: Snapshot, seen: VirtualService): WrittenRule[] {
  const written = resources.get(resourceKey(seen));
  return written?.kind === 'VirtualService' ? writtenRules(written, resources, mesh) : [];
}

/** All Gateways, the oldest first. */
export function gatewaysByAge(snapshot: Snapshot): Gateway[] {
  return [...snapshot.gateways.values()].sort(compareAge);
}

/** All DenyLists, the oldest first. */
export function denyListsByAge(snapshot: Snapshot): DenyList[] {
  return [...snapshot.denyLists.values()].sort(compareAge);
}

/** The DenyLists for a workload: of its namespace or of the root namespace, the oldest first. */
export function denyListsFor(snapshot: Snapshot, namespace: string, labels: Labels): DenyList[] {
  const { rootNamespace } = snapshot.mesh;
  const found = [...snapshot.denyLists.values()].filter(
    ({ metadata, spec }) => (metadata.namespace === namespace || metadata.namespace === rootNamespace) && selectorMatches(spec.selector?.matchLabels, labels),
  );
  return found.sort(compareAge);
}

/**
 * The Sidecar that a workload is under: the oldest of its namespace that selects its labels, else the oldest
 * there that selects nobody, else that of the root namespace.
 */
export function sidecarFor({ sidecars, mesh }: Snapshot, namespace: string, labels: Labels): Sidecar | undefined {
  return selectingPolicy(sidecars, namespace, labels) ?? namespacePolicy(sidecars, namespace) ?? namespacePolicy(sidecars, mesh.rootNamespace);
}

/** How a workload lets itself be called. */
export function mutualTlsFor({ peerAuthentications, mesh }: Snapshot, namespace: string, labels: Labels): MutualTls {
  return mutualTlsBy(peerAuthentications, mesh)(namespace, labels);
}

/** What says whether a port of a workload takes mTLS; undefined where nobody does but the mesh's settings. */
export function modeSourceFor({ peerAuthentications, mesh }: Snapshot, workload: { readonly namespace: string; readonly labels: Labels }, port: number): ModeSource | undefined {
  return modeSourceBy(peerAuthentications, mesh, workload, port);
}

/** Every EnvoyFilter, by namespace and in its order. */
export function allEnvoyFilters({ envoyFilters }: Snapshot): EnvoyFilter[] {
  return [...envoyFilters.keys()].sort().flatMap((namespace) => envoyFilters.get(namespace) ?? []);
}

/** The EnvoyFilters for a workload, in the order in which they are applied. */
export function envoyFiltersFor({ envoyFilters, mesh }: Snapshot, namespace: string, labels: Labels): EnvoyFilter[] {
  return findEnvoyFilters(envoyFilters, namespace, labels, mesh.rootNamespace);
}

/** The labels of callers that any rule asks for; no others make a difference to a sidecar. */
export function clientLabelNames({ clientLabels, mesh }: Snapshot): Iterable<string> {
  return new Set([...clientLabels.keys(), ...balancingLabels({}, mesh)]);
}
