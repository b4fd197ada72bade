import { Type, type Static } from 'typebox';
import { TCPSettings } from '../destination-rule/connection-pool.ts';
import { LocalityLoadBalancerSetting } from '../destination-rule/load-balancer.ts';
import { message } from '../schema/message.ts';
import { duration, flag, int32, oneOf, text, texts } from '../schema/scalars.ts';
import { HTTPRetry } from '../virtual-service/http-actions.ts';

/** A message that nothing here reads. */
const unread = () => Type.Record(Type.String(), Type.Unknown());
const unreadList = () => Type.Array(Type.Unknown());

/** What holds for the whole mesh. https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/ */
export const MeshConfigSpec = message(
  {},
  {
    connectTimeout: duration(),
    tcpKeepalive: TCPSettings.properties.tcpKeepalive,
    outboundTrafficPolicy: message({}, { mode: oneOf('REGISTRY_ONLY', 'ALLOW_ANY', 'ALLOW_ANY_DYNAMIC_DNS') }),
    rootNamespace: text(),
    trustDomain: text(),
    trustDomainAliases: texts(),
    enableAutoMtls: flag(),
    defaultServiceExportTo: texts(),
    defaultVirtualServiceExportTo: texts(),
    defaultDestinationRuleExportTo: texts(),
    localityLbSetting: LocalityLoadBalancerSetting,
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
    defaultConfig: unread(),
    inboundTrafficPolicy: message({}, { mode: oneOf('PASSTHROUGH', 'LOCALHOST') }),
    meshMTLS: unread(),
    tlsDefaults: unread(),
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
    caCertificates: unreadList(),
    ca: unread(),
    certificates: unreadList(),
    verifyCertificateAtClient: flag(),
    configSources: unreadList(),
    discoverySelectors: unreadList(),
    serviceSettings: unreadList(),
    serviceScopeConfigs: unreadList(),
    thriftConfig: unread(),
  },
  'What holds for the whole mesh, under the names of Istio.',
);
export type MeshConfigSpec = Static<typeof MeshConfigSpec>;
