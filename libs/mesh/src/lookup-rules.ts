import { type DenyList, type Gateway, isVisible, selectorMatches, type VirtualService } from '@flotilla/resources';
import { compareAge } from './age.ts';
import { findRule, type Client } from './destination-rule-index.ts';
import type { EffectiveRule } from './effective-rule.ts';
import { widerHosts } from './host-name.ts';
import type { Labels } from './labels.ts';
import type { Service } from './service.ts';
import type { Snapshot } from './snapshot.ts';
import { gatewaysOf } from './virtual-service-index.ts';

/** What the DestinationRules say about a client's traffic to a service; the same object as long as it is the same rule. */
export function ruleFor(snapshot: Snapshot, client: Client, service: Service): EffectiveRule | undefined {
  return findRule(snapshot.destinationRules, client, service, snapshot.mesh.rootNamespace);
}

/**
 * The VirtualServices for exactly this host (or wildcard) that a client of a namespace sees, bound
 * to a gateway or to `mesh`, the oldest first.
 */
export function virtualServicesOfHost(snapshot: Snapshot, clientNamespace: string, gateway: string, host: string): VirtualService[] {
  return seen(snapshot.virtualServices.byHost.get(host), clientNamespace, gateway);
}

function seen(found: readonly VirtualService[] = [], clientNamespace: string, gateway: string): VirtualService[] {
  return found.filter((resource) => isVisible(resource.spec.exportTo, resource.metadata.namespace, clientNamespace) && gatewaysOf(resource).includes(gateway));
}

/**
 * The VirtualServices that speak for a host, those for its most specific name first, then by age.
 *
 * @param host full name or wildcard
 */
export function* virtualServicesFor(snapshot: Snapshot, clientNamespace: string, gateway: string, host: string): Generator<VirtualService> {
  const { byHost, byWildcard } = snapshot.virtualServices;
  yield* seen(byHost.get(host), clientNamespace, gateway);
  if (!byWildcard.isEmpty()) for (const wider of widerHosts(host)) yield* seen(byWildcard.get(wider), clientNamespace, gateway);
}

/** The VirtualServices bound to a Gateway (`<namespace>/<name>`) that its namespace's clients see, the oldest first. */
export function virtualServicesOfGateway(snapshot: Snapshot, clientNamespace: string, gateway: string): VirtualService[] {
  const found = snapshot.virtualServices.byGateway.get(gateway) ?? [];
  return found.filter((resource) => isVisible(resource.spec.exportTo, resource.metadata.namespace, clientNamespace));
}

/** The hosts that VirtualServices speak for, in no order. */
export function virtualServiceHostNames(snapshot: Snapshot): Iterable<string> {
  return snapshot.virtualServices.byHost.keys();
}

/** The Gateways that a proxy with these labels serves, the oldest first. */
export function gatewaysFor(snapshot: Snapshot, labels: Labels): Gateway[] {
  const found = [...snapshot.gateways.values()].filter(({ spec }) => selectorMatches(spec.selector, labels));
  return found.sort(compareAge);
}

/** The DenyLists for a workload: of its namespace or of the root namespace, the oldest first. */
export function denyListsFor(snapshot: Snapshot, namespace: string, labels: Labels): DenyList[] {
  const { rootNamespace } = snapshot.mesh;
  const found = [...snapshot.denyLists.values()].filter(
    ({ metadata, spec }) => (metadata.namespace === namespace || metadata.namespace === rootNamespace) && selectorMatches(spec.selector?.matchLabels, labels),
  );
  return found.sort(compareAge);
}

/** The labels of callers that any rule asks for; no others make a difference to a sidecar. */
export function clientLabelNames(snapshot: Snapshot): Iterable<string> {
  return snapshot.clientLabels.keys();
}
