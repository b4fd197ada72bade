export { advance, advanceInSteps } from './advance.ts';
export { compareAge } from './age.ts';
export { concerns, type ConcernContext, type ConcernedProxy } from './concerns.ts';
export { configuredMesh } from './configured-mesh.ts';
export { isEmptyDelta, type SnapshotDelta } from './delta.ts';
export type { Client } from './destination-rule-index.ts';
export { virtualServiceHosts } from './destination-hosts.ts';
export { egressOf, listenerAt, type Egress, type EgressListener, type EgressProxy } from './egress.ts';
export type { EffectiveRule } from './effective-rule.ts';
export { effectiveProxyConfig } from './effective-proxy-config.ts';
export { endpointPort, servesPort, takesMutualTls, type Endpoint } from './endpoint.ts';
export { canonicalHost, fullHost, hostMatches, isWildcard, widerHosts } from './host-name.ts';
export type { Labels } from './labels.ts';
export {
  allEnvoyFilters,
  clientLabelNames,
  denyListsByAge,
  denyListsFor,
  envoyFiltersFor,
  gatewaysByAge,
  modeSourceFor,
  mutualTlsFor,
  ruleFor,
  ruleSources,
  sidecarFor,
  virtualServicesFor,
  virtualServicesNaming,
  virtualServicesOfGateway,
  virtualServicesOfHost,
} from './lookup-rules.ts';
export { servesChanged } from './changed-workloads.ts';
export { changeReach, isReached, type ChangeReach } from './change-reach.ts';
export { destinationFor, destinationsFor } from './lookup-destinations.ts';
export { endpointsOf, seesLookedUp, serviceFor, servicesAtAddress, servicesFor, servicesNamed, servicesOfWorkload, servicesOnOpaquePort, workloadsOfService } from './lookup-services.ts';
export { defaultMeshConfig, type AccessLogFile, type MeshConfig } from './mesh-config.ts';
export { modeAt, type ModeSource, type MutualTls, type MutualTlsMode } from './mutual-tls.ts';
export { isHttp, mayBeHttp, protocolOf, type Protocol } from './protocol.ts';
export { gatewayNames, type NameAddresses, type NetworkGateway, type NetworkGateways } from './network-gateways.ts';
export { hostsInReach } from './reach.ts';
export { remember } from './remember.ts';
export type { ConfigChange } from './resource-change.ts';
export { serviceId, spiffeId, type Service, type ServicePort } from './service.ts';
export { serviceHosts, virtualServiceHostNames } from './seen-hosts.ts';
export { isHost, shortHosts } from './short-hosts.ts';
export type { WrittenRule } from './delegation/delegation-index.ts';
export { createSnapshot, type Snapshot } from './snapshot.ts';
export { balancingLabels, localityLabels, networkLabel, topologyLabels } from './topology.ts';
export { seenService, seesVirtualService, type Viewer } from './viewer.ts';
export { gatewayKey, gatewaysOf, meshGateway } from './virtual-service-index.ts';
