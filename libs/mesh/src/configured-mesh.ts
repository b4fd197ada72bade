import { durationMs, type MeshConfigSpec } from '@flotilla/resources';
import type { AccessLogFile, MeshConfig } from './mesh-config.ts';

/**
 * What holds for the mesh under a MeshConfig: what it says, and for the rest what holds without it.
 * The trust domain is not among what it says: it is that of certificates which are there already, and Galley takes
 * no other.
 *
 * @param spec of the MeshConfig, where there is one
 */
export function configuredMesh(defaults: MeshConfig, spec: MeshConfigSpec = {}): MeshConfig {
  const { trustDomainAliases, localityLbSetting, protocolDetectionTimeout, inboundTrafficPolicy, meshMTLS, tlsDefaults, inboundClusterStatName, outboundClusterStatName } = spec;
  const { rootNamespace, enableAutoMtls, outboundTrafficPolicy, connectTimeout, tcpKeepalive, defaultHttpRetryPolicy, h2UpgradePolicy, dnsRefreshRate, pathNormalization } = spec;
  const { defaultExportTo } = defaults;
  return {
    ...defaults,
    ...(rootNamespace ? { rootNamespace } : {}),
    ...(enableAutoMtls === undefined ? {} : { autoMtls: enableAutoMtls }),
    ...(outboundTrafficPolicy === undefined ? {} : { outboundTrafficPolicy: outboundMode(outboundTrafficPolicy) }),
    ...(spec.defaultTrafficPolicy === undefined ? {} : { defaultPolicy: defaultPolicy(spec.defaultTrafficPolicy) }),
    ...(connectTimeout === undefined ? {} : { connectTimeoutMs: durationMs(connectTimeout) }),
    ...(tcpKeepalive === undefined ? {} : { tcpKeepalive }),
    ...(defaultHttpRetryPolicy === undefined ? {} : { defaultRetries: defaultHttpRetryPolicy }),
    ...(h2UpgradePolicy === undefined ? {} : { h2Upgrade: h2UpgradePolicy === 'UPGRADE' }),
    ...(dnsRefreshRate === undefined ? {} : { dnsRefreshRateMs: durationMs(dnsRefreshRate) }),
    ...(spec.accessLogFile ? { accessLog: accessLog(spec.accessLogFile, spec) } : {}),
    ...(trustDomainAliases === undefined ? {} : { trustDomainAliases: trustDomainAliases.filter((alias) => alias !== defaults.trustDomain) }),
    ...(localityLbSetting === undefined ? {} : { localityBalancing: localityLbSetting }),
    ...(spec.zoneAwareLbSetting === undefined ? {} : { zoneAwareness: spec.zoneAwareLbSetting }),
    ...(protocolDetectionTimeout === undefined ? {} : { protocolDetectionTimeoutMs: durationMs(protocolDetectionTimeout) }),
    ...(inboundTrafficPolicy?.mode === undefined ? {} : { inboundTraffic: inboundTrafficPolicy.mode }),
    ...(meshMTLS === undefined ? {} : { meshTls: meshMTLS }),
    ...(tlsDefaults === undefined ? {} : { tlsDefaults }),
    statNames: { ...(inboundClusterStatName ? { inbound: inboundClusterStatName } : {}), ...(outboundClusterStatName ? { outbound: outboundClusterStatName } : {}) },
    proxies: proxyDefaults(spec),
    networks: spec.networks ?? {},
    ...(pathNormalization === undefined ? {} : { pathNormalization: normalization(pathNormalization) }),
    defaultExportTo: {
      service: given(spec.defaultServiceExportTo) ?? defaultExportTo.service,
      virtualService: given(spec.defaultVirtualServiceExportTo) ?? defaultExportTo.virtualService,
      destinationRule: given(spec.defaultDestinationRuleExportTo) ?? defaultExportTo.destinationRule,
    },
  };
}

/** What agents are told of all proxies: with the roots that the mesh trusts besides its own. */
function proxyDefaults({ defaultConfig = {}, caCertificates = [] }: MeshConfigSpec): MeshConfig['proxies'] {
  const roots = [...caCertificates.flatMap(({ pem }) => (pem ? [pem] : [])), ...(defaultConfig.caCertificatesPem ?? [])];
  return { ...defaultConfig, ...(roots.length === 0 ? {} : { caCertificatesPem: roots }) };
}

/** The blocks of a traffic policy that Istio takes for the whole mesh. */
function defaultPolicy({ connectionPool, outlierDetection }: NonNullable<MeshConfigSpec['defaultTrafficPolicy']>): MeshConfig['defaultPolicy'] {
  return { ...(connectionPool === undefined ? {} : { connectionPool }), ...(outlierDetection === undefined ? {} : { outlierDetection }) };
}

/** A policy without a mode is the stricter one, as protobuf's first value. */
function outboundMode({ mode = 'REGISTRY_ONLY' }: NonNullable<MeshConfigSpec['outboundTrafficPolicy']>): MeshConfig['outboundTrafficPolicy'] {
  return mode;
}

function normalization({ normalization: wanted = 'DEFAULT' }: NonNullable<MeshConfigSpec['pathNormalization']>): MeshConfig['pathNormalization'] {
  return wanted === 'DEFAULT' ? 'BASE' : wanted;
}

/** A format in JSON has been validated to be an object. */
function accessLog(path: string, { accessLogFormat = '', accessLogEncoding = 'TEXT' }: MeshConfigSpec): AccessLogFile {
  if (accessLogEncoding === 'TEXT') return { path, format: accessLogFormat };
  return { path, format: accessLogFormat === '' ? {} : { fields: JSON.parse(accessLogFormat) as NonNullable<Exclude<AccessLogFile['format'], string>['fields']> } };
}

function given(list: readonly string[] | undefined): readonly string[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list;
}
