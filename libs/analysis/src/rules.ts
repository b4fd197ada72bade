import { annotations } from './annotations/annotations.ts';
import { applicationUser } from './deployment/application-user.ts';
import { deploymentServices } from './deployment/services.ts';
import { caCertificates } from './destination-rule/ca-certificates.ts';
import { knownHosts } from './destination-rule/known-hosts.ts';
import { overlappingRules } from './destination-rule/overlapping-rules.ts';
import { subsetWorkloads } from './destination-rule/subset-workloads.ts';
import { patchOperations } from './envoy-filter/operations.ts';
import { gatewayConflicts } from './gateway/conflicts.ts';
import { duplicateCertificates } from './gateway/duplicate-certificates.ts';
import { gatewaySecrets } from './gateway/secrets.ts';
import { gatewayWorkloadPorts } from './gateway/workload-ports.ts';
import { automaticImages } from './injection/automatic-images.ts';
import { namespaceInjection } from './injection/namespaces.ts';
import { podsWithoutProxy } from './injection/pods.ts';
import { proxyImages } from './injection/proxy-images.ts';
import { deprecatedEgressProxy, deprecatedFaults, removedKinds } from './installation/deprecations.ts';
import { externalControlPlane } from './installation/external-control-plane.ts';
import { injectionWebhooks } from './installation/injection-webhooks.ts';
import { meshNetworks } from './installation/mesh-networks.ts';
import { peerAuthenticationConflicts } from './peer-authentication/conflicts.ts';
import type { Rule } from './rule.ts';
import { authorizationPolicies } from './security/authorization-policies.ts';
import { ineffectiveSelectors } from './security/ineffective-selectors.ts';
import { keyAddresses } from './security/key-addresses.ts';
import { serviceEntryAddresses } from './service-entry/addresses.ts';
import { claimedAddresses } from './service-entry/claimed-addresses.ts';
import { serviceEntryProtocols } from './service-entry/protocols.ts';
import { objectConditions, serviceEntryConditions } from './service/conditions.ts';
import { portNames } from './service/port-names.ts';
import { sidecarSelectors } from './sidecar/selectors.ts';
import { severalSidecarsForAll } from './sidecar/several-for-all.ts';
import { telemetryProviders } from './telemetry/providers.ts';
import { telemetrySelectors } from './telemetry/selectors.ts';
import { severalTelemetriesForAll } from './telemetry/several-for-all.ts';
import { conflictingHosts } from './virtual-service/conflicting-hosts.ts';
import { delegates } from './virtual-service/delegates.ts';
import { destinationHosts } from './virtual-service/destination-hosts.ts';
import { destinationSubsets } from './virtual-service/destination-subsets.ts';
import { virtualServiceGateways } from './virtual-service/gateways.ts';
import { ingressSubsets } from './virtual-service/ingress-subsets.ts';
import { jwtClaims } from './virtual-service/jwt-claims.ts';
import { unreachableRules } from './virtual-service/unreachable-rules.ts';

/** Every rule there is. */
export const rules: readonly Rule[] = [
  conflictingHosts, delegates, destinationHosts, destinationSubsets, virtualServiceGateways, ingressSubsets, jwtClaims, unreachableRules,
  caCertificates, knownHosts, overlappingRules, subsetWorkloads,
  gatewayConflicts, duplicateCertificates, gatewaySecrets, gatewayWorkloadPorts,
  serviceEntryAddresses, claimedAddresses, serviceEntryConditions, serviceEntryProtocols,
  sidecarSelectors, severalSidecarsForAll,
  peerAuthenticationConflicts,
  patchOperations,
  authorizationPolicies, ineffectiveSelectors, keyAddresses,
  telemetryProviders, telemetrySelectors, severalTelemetriesForAll,
  objectConditions, portNames,
  applicationUser, deploymentServices, automaticImages, namespaceInjection, podsWithoutProxy, proxyImages, annotations,
  deprecatedEgressProxy, deprecatedFaults, removedKinds, externalControlPlane, injectionWebhooks, meshNetworks,
];
