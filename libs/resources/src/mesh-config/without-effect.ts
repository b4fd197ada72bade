import type { MeshConfigSpec } from './mesh-config.ts';

const kubernetes = 'nothing is taken from Kubernetes';
const certificates = "certificates are Citadel's, and it is started with its settings";
const telemetry = 'telemetry goes to Mixer, as each agent is started';
const agents = 'agents are started with settings of their own';
const fixed = 'it is fixed';

/** Fields that are known but change nothing, and why; setting one is worth a warning. */
export const withoutEffect: Readonly<Partial<Record<keyof MeshConfigSpec, string>>> = {
  trustDomain: 'it is that of the certificates, and every process is started with it (--trust-domain)',
  trustDomainAliases: certificates,
  localityLbSetting: 'localities are weighed by the localityLbSetting of DestinationRules',
  protocolDetectionTimeout: 'protocols are told by names of ports and by appProtocol',
  enableEnvoyAccessLogService: telemetry,
  disableEnvoyListenerLog: telemetry,
  defaultConfig: agents,
  inboundTrafficPolicy: 'traffic for ports that no service names goes to where it was sent',
  meshMTLS: certificates,
  tlsDefaults: certificates,
  proxyListenPort: fixed,
  proxyInboundListenPort: fixed,
  proxyHttpPort: agents,
  ingressClass: kubernetes,
  ingressService: kubernetes,
  ingressControllerMode: kubernetes,
  ingressSelector: kubernetes,
  enableTracing: telemetry,
  enablePrometheusMerge: telemetry,
  extensionProviders: telemetry,
  defaultProviders: telemetry,
  inboundClusterStatName: fixed,
  outboundClusterStatName: fixed,
  caCertificates: certificates,
  ca: certificates,
  certificates,
  verifyCertificateAtClient: 'DestinationRules say which authorities a client trusts',
  configSources: 'configuration comes from Galley',
  discoverySelectors: kubernetes,
  serviceSettings: kubernetes,
  serviceScopeConfigs: kubernetes,
  thriftConfig: 'Thrift is not a protocol here',
};
