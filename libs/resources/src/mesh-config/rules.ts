import { messageOf } from '@flotilla/errors';
import { checkLocalityBalancing, checkZoneAwareness } from '../destination-rule/locality-rules.ts';
import { checkConnectionPool } from '../destination-rule/connection-pool-rules.ts';
import { checkOutlierDetection } from '../destination-rule/traffic-policy-rules.ts';
import type { MeshConfig } from '../resource.ts';
import { checkDomainName, isDnsLabel } from '../validation/domain-name.ts';
import { checkCiphers, checkCurves } from '../gateway/ciphers.ts';
import { checkEnvironment } from '../proxy-config/environment.ts';
import { checkDuration, checkDurationOrOff } from '../validation/duration.ts';
import { checkExportTo } from '../validation/export-to.ts';
import { checkMetadata } from '../validation/metadata.ts';
import { each, type Place } from '../validation/place.ts';
import { isRecord } from '../validation/record.ts';
import { checkRegex } from '../validation/regex.ts';
import { checkRetries } from '../virtual-service/retry-rules.ts';
import type { DefaultProxyConfig } from './default-proxy-config.ts';
import type { DefaultTrafficPolicy } from './default-traffic-policy.ts';
import type { MeshConfigSpec, TLSConfig } from './mesh-config.ts';
import { checkMeshNetworks } from './mesh-networks-rules.ts';
import { meshConfigName } from './name.ts';

/** What the schema of a MeshConfig cannot say. */
export function meshConfigRules({ metadata, spec }: MeshConfig, at: Place): void {
  const place = at.at('metadata');
  checkMetadata(metadata, place);
  const { name, namespace } = meshConfigName;
  if (metadata.name !== name) place.at('name').refuse('is not that of the one there is', { found: metadata.name, allowed: name });
  if (metadata.namespace && metadata.namespace !== namespace) place.at('namespace').refuse('is not that of the one there is', { found: metadata.namespace, allowed: namespace });
  checkSpec(spec, at.at('spec'));
}

function checkSpec(spec: MeshConfigSpec, at: Place): void {
  checkDuration(spec.connectTimeout, at.at('connectTimeout'));
  checkDuration(spec.tcpKeepalive?.time, at.at('tcpKeepalive').at('time'));
  checkDuration(spec.tcpKeepalive?.interval, at.at('tcpKeepalive').at('interval'));
  checkDuration(spec.dnsRefreshRate, at.at('dnsRefreshRate'));
  checkPolicy(spec.defaultTrafficPolicy, at.at('defaultTrafficPolicy'));
  checkRetries(spec.defaultHttpRetryPolicy, at.at('defaultHttpRetryPolicy'));
  // DestinationRules bring the outlier detection that failover needs.
  checkLocalityBalancing(spec.localityLbSetting, true, at.at('localityLbSetting'));
  checkZoneAwareness(spec.zoneAwareLbSetting, true, at.at('zoneAwareLbSetting'));
  if (spec.trustDomain) checkDomainName(spec.trustDomain, at.at('trustDomain'));
  if (spec.rootNamespace !== undefined && !isDnsLabel(spec.rootNamespace)) {
    at.at('rootNamespace').refuse('is not a namespace', { found: spec.rootNamespace, allowed: 'letters, digits and "-", 63 at most' });
  }
  checkExportTo(spec.defaultServiceExportTo, { namespace: undefined, noneAllowed: true }, at.at('defaultServiceExportTo'));
  checkExportTo(spec.defaultVirtualServiceExportTo, { namespace: undefined }, at.at('defaultVirtualServiceExportTo'));
  checkExportTo(spec.defaultDestinationRuleExportTo, { namespace: undefined }, at.at('defaultDestinationRuleExportTo'));
  checkAccessLog(spec, at);
  checkDurationOrOff(spec.protocolDetectionTimeout, at.at('protocolDetectionTimeout'));
  each(spec.trustDomainAliases, at.at('trustDomainAliases'), (alias, place) => checkDomainName(alias, place));
  checkTls(spec.meshMTLS, at.at('meshMTLS'));
  checkTls(spec.tlsDefaults, at.at('tlsDefaults'));
  each(spec.caCertificates, at.at('caCertificates'), ({ pem }, place) => checkRoot(pem, place.at('pem')));
  checkProxies(spec.defaultConfig, at.at('defaultConfig'));
  checkMeshNetworks(spec.networks, at.at('networks'));
}

function checkPolicy({ connectionPool, outlierDetection }: DefaultTrafficPolicy = {}, at: Place): void {
  if (connectionPool !== undefined) checkConnectionPool(connectionPool, at.at('connectionPool'));
  if (outlierDetection !== undefined) checkOutlierDetection(outlierDetection, at.at('outlierDetection'));
}

function checkTls({ cipherSuites, ecdhCurves }: TLSConfig = {}, at: Place): void {
  checkCiphers(cipherSuites, at.at('cipherSuites'));
  checkCurves(ecdhCurves, at.at('ecdhCurves'));
}

/** Envoy refuses all of a mesh's roots for one that is none. */
function checkRoot(pem: string | undefined, at: Place): void {
  if (pem && !/^-----BEGIN CERTIFICATE-----\s[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*$/.test(pem.trim())) at.refuse('is not a certificate as PEM', { allowed: 'one that begins with -----BEGIN CERTIFICATE-----' });
}

function checkProxies(config: DefaultProxyConfig = {}, at: Place): void {
  checkEnvironment(config.proxyMetadata, at.at('proxyMetadata'));
  checkDuration(config.drainDuration, at.at('drainDuration'));
  checkDurationOrOff(config.terminationDrainDuration, at.at('terminationDrainDuration'));
  each(config.proxyStatsMatcher?.inclusionRegexps, at.at('proxyStatsMatcher').at('inclusionRegexps'), (regex, place) => checkRegex(regex, place));
  each(config.caCertificatesPem, at.at('caCertificatesPem'), checkRoot);
}

/** Text is Envoy's to judge; JSON has to be an object of its fields. */
function checkAccessLog({ accessLogFile, accessLogFormat, accessLogEncoding }: MeshConfigSpec, at: Place): void {
  const here = at.at('accessLogFormat');
  if (!accessLogFile && (accessLogFormat || accessLogEncoding !== undefined)) at.at('accessLogFile').warn('is left out, so that nothing is logged to a file');
  if (accessLogEncoding !== 'JSON' || !accessLogFormat) return;
  try {
    if (!isRecord(JSON.parse(accessLogFormat))) here.refuse('is not a JSON object', { found: accessLogFormat });
  } catch (error) {
    here.refuse(`is not JSON: ${messageOf(error)}`, { found: accessLogFormat });
  }
}
