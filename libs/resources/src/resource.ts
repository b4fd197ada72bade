import type { DenyListSpec } from './deny-list/deny-list.ts';
import type { DestinationRuleSpec } from './destination-rule/destination-rule.ts';
import type { EnvoyFilterSpec } from './envoy-filter/envoy-filter.ts';
import type { GatewaySpec } from './gateway/gateway.ts';
import type { MeshConfigSpec } from './mesh-config/mesh-config.ts';
import type { PeerAuthenticationSpec } from './peer-authentication/peer-authentication.ts';
import type { ProxyConfigSpec } from './proxy-config/proxy-config.ts';
import type { ObjectMeta } from './schema/metadata.ts';
import type { ServiceEntrySpec } from './service-entry/service-entry.ts';
import type { SidecarSpec } from './sidecar/sidecar.ts';
import type { ResourceStatus } from './status.ts';
import type { VirtualServiceSpec } from './virtual-service/virtual-service.ts';
import type { WorkloadEntrySpec } from './workload-entry/workload-entry.ts';
import type { WorkloadGroupSpec } from './workload-group/workload-group.ts';

/** A resource as the user wrote it, with a known namespace and the newest API version of its kind. */
export interface Resource<K extends string = string, S = unknown> {
  apiVersion: string;
  kind: K;
  metadata: ObjectMeta;
  spec: S;
  status?: ResourceStatus;
}

export type VirtualService = Resource<'VirtualService', VirtualServiceSpec>;
export type DestinationRule = Resource<'DestinationRule', DestinationRuleSpec>;
export type Gateway = Resource<'Gateway', GatewaySpec>;
export type ServiceEntry = Resource<'ServiceEntry', ServiceEntrySpec>;
export type WorkloadEntry = Resource<'WorkloadEntry', WorkloadEntrySpec>;
export type WorkloadGroup = Resource<'WorkloadGroup', WorkloadGroupSpec>;
export type Sidecar = Resource<'Sidecar', SidecarSpec>;
export type PeerAuthentication = Resource<'PeerAuthentication', PeerAuthenticationSpec>;
export type EnvoyFilter = Resource<'EnvoyFilter', EnvoyFilterSpec>;
export type ProxyConfig = Resource<'ProxyConfig', ProxyConfigSpec>;
export type MeshConfig = Resource<'MeshConfig', MeshConfigSpec>;
export type DenyList = Resource<'DenyList', DenyListSpec>;

export type MeshResource =
  | VirtualService
  | DestinationRule
  | Gateway
  | ServiceEntry
  | WorkloadEntry
  | WorkloadGroup
  | Sidecar
  | PeerAuthentication
  | EnvoyFilter
  | ProxyConfig
  | MeshConfig
  | DenyList;
export type KindName = MeshResource['kind'];
/** The resource of a kind: `ResourceOf<'Gateway'>` is `Gateway`. */
export type ResourceOf<K extends KindName> = Extract<MeshResource, { kind: K }>;
