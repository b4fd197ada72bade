import { Type, type Static } from 'typebox';
import { message } from '../schema/message.ts';
import { duration, flag, limit, oneOf, portOrZero, text, textMap, texts } from '../schema/scalars.ts';
import { unread } from './unread.ts';

/** What a proxy may do with what it is told of a client's certificate. */
export const clientCertDetails = ['UNDEFINED', 'SANITIZE', 'FORWARD_ONLY', 'APPEND_FORWARD', 'SANITIZE_SET', 'ALWAYS_FORWARD_ONLY'] as const;

/** What stands before gateways, and what they make of it. */
const GatewayTopology = message(
  {},
  {
    numTrustedProxies: limit(),
    forwardClientCertDetails: oneOf(...clientCertDetails),
    proxyProtocol: message({}, {}),
  },
);
export type GatewayTopology = Static<typeof GatewayTopology>;

/** Which of its statistics Envoy keeps, besides those that are always there. */
const ProxyStatsMatcher = message({}, { inclusionPrefixes: texts(), inclusionSuffixes: texts(), inclusionRegexps: texts() });

/** How proxies are run for which no ProxyConfig says otherwise. https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#ProxyConfig */
export const DefaultProxyConfig = message(
  {},
  {
    concurrency: limit({ description: 'Worker threads; 0 is one for each core.' }),
    proxyMetadata: textMap({ description: "Environment variables; those called ISTIO_META_* also become metadata of the proxy's node." }),
    drainDuration: duration(),
    terminationDrainDuration: duration(),
    gatewayTopology: GatewayTopology,
    proxyStatsMatcher: ProxyStatsMatcher,
    runtimeValues: textMap(),
    meshId: text(),
    caCertificatesPem: texts(),
    configPath: text(),
    binaryPath: text(),
    serviceCluster: text(),
    tracingServiceName: oneOf('APP_LABEL_AND_NAMESPACE', 'CANONICAL_NAME_ONLY', 'CANONICAL_NAME_AND_NAMESPACE'),
    discoveryAddress: text(),
    zipkinAddress: text(),
    statsdUdpAddress: text(),
    proxyAdminPort: portOrZero(),
    controlPlaneAuthPolicy: oneOf('NONE', 'MUTUAL_TLS'),
    customConfigFile: text(),
    statNameLength: limit(),
    proxyBootstrapTemplatePath: text(),
    interceptionMode: oneOf('REDIRECT', 'TPROXY', 'NONE'),
    tracing: unread(),
    envoyAccessLogService: unread(),
    envoyMetricsService: unread(),
    statusPort: portOrZero(),
    extraStatTags: texts(),
    readinessProbe: unread(),
    holdApplicationUntilProxyStarts: flag(),
    image: unread(),
    privateKeyProvider: unread(),
    proxyHeaders: unread(),
    connectionSettings: unread(),
    statsCompression: flag(),
    fileFlushInterval: duration(),
    fileFlushMinSizeKb: Type.Integer({ minimum: 0 }),
    sds: unread(),
    envoyMetricsServiceAddress: text(),
    availabilityZone: text(),
    discoveryRefreshDelay: duration(),
    parentShutdownDuration: duration(),
  },
);
export type DefaultProxyConfig = Static<typeof DefaultProxyConfig>;

/** What of it agents run their proxies by. */
export type ProxySettings = Pick<
  DefaultProxyConfig,
  'concurrency' | 'proxyMetadata' | 'drainDuration' | 'terminationDrainDuration' | 'proxyStatsMatcher' | 'runtimeValues' | 'meshId' | 'caCertificatesPem'
>;
