import { Type, type Static } from 'typebox';
import { TCPSettings } from '../destination-rule/connection-pool.ts';
import { LocalityLoadBalancerSetting, ZoneAwareLoadBalancerSetting } from '../destination-rule/load-balancer.ts';
import { message } from '../schema/message.ts';
import { duration, flag, int32, oneOf, text, texts } from '../schema/scalars.ts';
import { HTTPRetry } from '../virtual-service/http-actions.ts';
import { DefaultProxyConfig } from './default-proxy-config.ts';
import { DefaultTrafficPolicy } from './default-traffic-policy.ts';
import { MeshNetworks } from './mesh-networks.ts';
import { unread, unreadList } from './unread.ts';

/** TLS that is not left to Envoy's defaults. */
const TLSConfig = message({}, { minProtocolVersion: oneOf('TLS_AUTO', 'TLSV1_2', 'TLSV1_3'), ecdhCurves: texts(), cipherSuites: texts() });
export type TLSConfig = Static<typeof TLSConfig>;

/** A root that is trusted besides the mesh's own. */
const CertificateData = message({}, { pem: text(), spiffeBundleUrl: text(), certSigners: texts(), trustDomains: texts() });

/** What holds for the whole mesh. https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/ */
export const MeshConfigSpec = message(
  {},
  {
    connectTimeout: duration(),
    tcpKeepalive: TCPSettings.properties.tcpKeepalive,
    outboundTrafficPolicy: message({}, { mode: oneOf('REGISTRY_ONLY', 'ALLOW_ANY', 'ALLOW_ANY_DYNAMIC_DNS'), tls: unread() }),
    rootNamespace: text(),
    trustDomain: text(),
    trustDomainAliases: texts(),
    enableAutoMtls: flag(),
    defaultServiceExportTo: texts(),
    defaultVirtualServiceExportTo: texts(),
    defaultDestinationRuleExportTo: texts(),
    localityLbSetting: LocalityLoadBalancerSetting,
    zoneAwareLbSetting: ZoneAwareLoadBalancerSetting,
    defaultTrafficPolicy: DefaultTrafficPolicy,
    defaultHttpRetryPolicy: HTTPRetry,
    h2UpgradePolicy: oneOf('DO_NOT_UPGRADE', 'UPGRADE'),
    dnsRefreshRate: duration(),
    pathNormalization: message({}, { normalization: oneOf('DEFAULT', 'NONE', 'BASE', 'MERGE_SLASHES', 'DECODE_AND_MERGE_SLASHES') }),
    protocolDetectionTimeout: duration(),
    accessLogFile: text(),
    accessLogFormat: text(),
    accessLogEncoding: oneOf('TEXT', 'JSON'),
    enableEnvoyAccessLogService: flag(),
    disableEnvoyListenerLog: flag(),
    defaultConfig: DefaultProxyConfig,
    inboundTrafficPolicy: message({}, { mode: oneOf('PASSTHROUGH', 'LOCALHOST') }),
    meshMTLS: TLSConfig,
    tlsDefaults: TLSConfig,
    proxyListenPort: int32(),
    proxyInboundListenPort: int32(),
    proxyHttpPort: int32(),
    ingressClass: text(),
    ingressService: text(),
    ingressControllerMode: oneOf('UNSPECIFIED', 'OFF', 'DEFAULT', 'STRICT'),
    ingressSelector: text(),
    enableTracing: flag(),
    enablePrometheusMerge: flag(),
    extensionProviders: unreadList(),
    defaultProviders: unread(),
    inboundClusterStatName: text(),
    outboundClusterStatName: text(),
    caCertificates: Type.Array(CertificateData),
    ca: unread(),
    certificates: unreadList(),
    verifyCertificateAtClient: flag(),
    configSources: unreadList(),
    discoverySelectors: unreadList(),
    serviceSettings: unreadList(),
    serviceScopeConfigs: unreadList(),
    serviceEntryVisibility: unread(),
    compliancePolicy: text(),
    thriftConfig: unread(),
    networks: MeshNetworks,
  },
  'What holds for the whole mesh, under the names of Istio.',
);
export type MeshConfigSpec = Static<typeof MeshConfigSpec>;
