export { type DenyListSpec, type DenyRule } from './deny-list/deny-list.ts';
export { type ClientTLSSettings } from './destination-rule/client-tls.ts';
export { type ConnectionPoolSettings, type HTTPSettings, type TCPSettings } from './destination-rule/connection-pool.ts';
export { type DestinationRuleSpec, type Subset } from './destination-rule/destination-rule.ts';
export {
  type BackendUtilizationLB,
  type ConsistentHashLB,
  type HTTPCookie,
  type LoadBalancerSettings,
  type LocalityLoadBalancerSetting,
  type SimpleLB,
  type WarmupConfiguration,
  type ZoneAwareLoadBalancerSetting,
} from './destination-rule/load-balancer.ts';
export { type OutlierDetection } from './destination-rule/outlier-detection.ts';
export {
  type PortTrafficPolicy,
  type ProxyProtocol,
  type RetryBudget,
  type TrafficPolicy,
  type TunnelSettings,
} from './destination-rule/traffic-policy.ts';
export { durationMs } from './duration.ts';
export { type ApplyTo, type EnvoyConfigObjectPatch, type EnvoyFilterSpec, type Patch, type PatchOperation } from './envoy-filter/envoy-filter.ts';
export {
  type ClusterMatch,
  type EnvoyConfigObjectMatch,
  type FilterChainMatch,
  type ListenerMatch,
  type PatchContext,
  type ProxyMatch,
  type RouteConfigurationMatch,
  type RouteMatch,
  type VirtualHostMatch,
} from './envoy-filter/match.ts';
export { operationsOn } from './envoy-filter/operations.ts';
export { isCipherSuite, isEcdhCurve } from './gateway/ciphers.ts';
export { hasUsablePins } from './gateway/pins.ts';
export { type GatewaySpec, type Port, type Server } from './gateway/gateway.ts';
export { type ServerTLSSettings, type TLSCertificate, type TLSProtocol } from './gateway/server-tls.ts';
export { grpcStatuses } from './virtual-service/grpc-statuses.ts';
export { aliasesAnnotation } from './service-entry/aliases.ts';
export { clusterServiceName, externalAddressesAnnotation, isOfCluster, targetNamesAnnotation } from './service-entry/cluster-service.ts';
export { resolveHost } from './host.ts';
export { type Column, type Kind } from './kind.ts';
export { apiVersionsOf, jsonSchemaOf, kindNamed, kindOfPlural, kinds } from './kinds.ts';
export { readLocality, type Locality } from './locality.ts';
export { stringTest, type StringTest } from './string-test.ts';
export { matchesExpression, matchesWholly } from './matches-expression.ts';
export { selectorMatches } from './label-selector.ts';
export { checkProxyConfig } from './mesh-config/check-proxy-config.ts';
export { clientCertDetails, type DefaultProxyConfig, type GatewayTopology, type ProxySettings } from './mesh-config/default-proxy-config.ts';
export { type MeshConfigSpec, type TLSConfig } from './mesh-config/mesh-config.ts';
export { mendResource } from './mend-resource.ts';
export { clusterRegistry, type MeshNetworks } from './mesh-config/mesh-networks.ts';
export { meshConfigName } from './mesh-config/name.ts';
export { readMeshConfig } from './mesh-config/read-mesh-config.ts';
export { type MutualTLS, type PeerAuthenticationSpec } from './peer-authentication/peer-authentication.ts';
export { type ProxyConfigSpec } from './proxy-config/proxy-config.ts';
export { readResource, type ReadOptions, type ReadResult } from './read-resource.ts';
export { readYaml, type YamlFailure, type YamlOptions, type YamlResult } from './read-yaml.ts';
export { parseResourceKey, refOf, resourceKey, type ResourceName } from './resource-key.ts';
export {
  type DenyList,
  type DestinationRule,
  type EnvoyFilter,
  type Gateway,
  type KindName,
  type MeshConfig,
  type MeshResource,
  type PeerAuthentication,
  type ProxyConfig,
  type Resource,
  type ResourceOf,
  type ServiceEntry,
  type Sidecar,
  type VirtualService,
  type WorkloadEntry,
  type WorkloadGroup,
} from './resource.ts';
export { type ObjectMeta } from './schema/metadata.ts';
export { type PortSelector } from './schema/port-selector.ts';
export { type StringMatch } from './schema/string-match.ts';
export { type LabelsSelector, type MatchLabelsSelector } from './schema/workload-selector.ts';
export { type ServiceEntrySpec, type ServicePort } from './service-entry/service-entry.ts';
export {
  type CaptureMode,
  type IstioEgressListener,
  type IstioIngressListener,
  type OutboundTrafficPolicy,
  type SidecarPort,
  type SidecarSpec,
} from './sidecar/sidecar.ts';
export { type Condition, type ResourceStatus, type ValidationMessage } from './status.ts';
export { canonicalField, unsupported, unsupportedFields, type Unsupported } from './support/field-support.ts';
export { fieldsOf, fieldsSet, type SetField } from './support/fields.ts';
export { subnetHolds, subnetOf, type Subnet } from './subnet.ts';
export { toYaml } from './to-yaml.ts';
export { checkDocument, type Rules } from './validation/check-document.ts';
export { each, Place } from './validation/place.ts';
export { isRecord } from './validation/record.ts';
export {
  type Destination,
  type HTTPMirrorPolicy,
  type HTTPRouteDestination,
  type Percent,
  type RouteDestination,
} from './virtual-service/destination.ts';
export { type HeaderOperations, type Headers } from './virtual-service/headers.ts';
export {
  type Abort,
  type CorsPolicy,
  type Delay,
  type Delegate,
  type HTTPBody,
  type HTTPDirectResponse,
  type HTTPFaultInjection,
  type HTTPRedirect,
  type HTTPRetry,
  type HTTPRewrite,
  type RegexRewrite,
} from './virtual-service/http-actions.ts';
export { type HTTPMatchRequest, type L4MatchAttributes, type TLSMatchAttributes } from './virtual-service/match.ts';
export { type HTTPRoute, type TCPRoute, type TLSRoute, type VirtualServiceSpec } from './virtual-service/virtual-service.ts';
export { isVisible } from './visibility.ts';
export { isHealthy, withHealth } from './workload-entry/health.ts';
export { type ReadinessProbe } from './workload-group/probe.ts';
export { groupLabels, registeredWorkload } from './workload-group/registered-workload.ts';
export { type WorkloadGroupSpec } from './workload-group/workload-group.ts';
