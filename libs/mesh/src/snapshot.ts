import type { DenyList, Gateway, MeshResource, PeerAuthentication, ProxyConfig, Sidecar } from '@flotilla/resources';
import type { ClientLabelIndex } from './client-labels.ts';
import { noDelegations, type DelegationIndex } from './delegation/delegation-index.ts';
import { noDestinationRules, type DestinationRuleIndex } from './destination-rule-index.ts';
import type { EnvoyFilterIndex } from './envoy-filter-index.ts';
import type { MeshConfig } from './mesh-config.ts';
import { noNameAddresses, noNetworkGateways, type NameAddresses, type NetworkGateways } from './network-gateways.ts';
import { PersistentMap } from './persistent-map.ts';
import { noServices, type ServiceIndex } from './service-index.ts';
import { noVirtualServices, type VirtualServiceIndex } from './virtual-service-index.ts';
import type { WorkloadPolicies } from './workload-policies.ts';
import { noWorkloads, type WorkloadIndex } from './workload-index.ts';

/**
 * Everything the mesh is told at one moment, indexed for translation. Immutable: a change makes a new
 * snapshot that shares all it did not touch. Read it through the functions of this library.
 */
export interface Snapshot {
  /** What holds where no MeshConfig says otherwise. */
  readonly defaults: MeshConfig;
  readonly mesh: MeshConfig;
  readonly resources: PersistentMap<string, MeshResource>;
  readonly workloads: WorkloadIndex;
  readonly services: ServiceIndex;
  readonly networkGateways: NetworkGateways;
  /** What is known of the addresses of `gatewayNames`. */
  readonly names: NameAddresses;
  readonly delegations: DelegationIndex;
  /** As traffic sees them: those that delegate with the rules of their delegates. */
  readonly virtualServices: VirtualServiceIndex;
  readonly destinationRules: DestinationRuleIndex;
  readonly clientLabels: ClientLabelIndex;
  readonly sidecars: WorkloadPolicies<Sidecar>;
  readonly peerAuthentications: WorkloadPolicies<PeerAuthentication>;
  readonly proxyConfigs: WorkloadPolicies<ProxyConfig>;
  readonly envoyFilters: EnvoyFilterIndex;
  /** By `<namespace>/<name>`. */
  readonly gateways: PersistentMap<string, Gateway>;
  /** By `<namespace>/<name>`. */
  readonly denyLists: PersistentMap<string, DenyList>;
}

/**
 * A mesh with nothing in it.
 *
 * @param defaults what holds for it until a MeshConfig says otherwise
 */
export function createSnapshot(defaults: MeshConfig): Snapshot {
  return {
    defaults,
    mesh: defaults,
    resources: PersistentMap.empty(),
    workloads: noWorkloads,
    services: noServices,
    networkGateways: noNetworkGateways,
    names: noNameAddresses,
    delegations: noDelegations,
    virtualServices: noVirtualServices,
    destinationRules: noDestinationRules,
    clientLabels: PersistentMap.empty(),
    sidecars: PersistentMap.empty(),
    peerAuthentications: PersistentMap.empty(),
    proxyConfigs: PersistentMap.empty(),
    envoyFilters: PersistentMap.empty(),
    gateways: PersistentMap.empty(),
    denyLists: PersistentMap.empty(),
  };
}
