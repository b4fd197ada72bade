/** What injected parts of a pod are called; Istio's names, which people's tools know. */
export const proxyContainerName = 'istio-proxy';
export const interceptionContainerName = 'istio-init';

/** The user that the proxy runs as; what it sends is not intercepted again. */
export const proxyUser = 1337;

/** Ports of the proxy itself, as Istio has them. */
export const proxyPorts = { outbound: 15001, inbound: 15006, status: 15020, ready: 15021, metrics: 15090 } as const;

export const annotation = {
  inject: 'sidecar.istio.io/inject',
  status: 'sidecar.istio.io/status',
  templates: 'inject.istio.io/templates',
  proxyImage: 'sidecar.istio.io/proxyImage',
  cpu: 'sidecar.istio.io/proxyCPU',
  cpuLimit: 'sidecar.istio.io/proxyCPULimit',
  memory: 'sidecar.istio.io/proxyMemory',
  memoryLimit: 'sidecar.istio.io/proxyMemoryLimit',
  logLevel: 'sidecar.istio.io/logLevel',
  agentLogLevel: 'sidecar.istio.io/agentLogLevel',
  interceptionMode: 'sidecar.istio.io/interceptionMode',
  nativeSidecar: 'sidecar.istio.io/nativeSidecar',
  rewriteProbes: 'sidecar.istio.io/rewriteAppHTTPProbers',
  userVolume: 'sidecar.istio.io/userVolume',
  userVolumeMount: 'sidecar.istio.io/userVolumeMount',
  statusPort: 'status.sidecar.istio.io/port',
  readyAfter: 'readiness.status.sidecar.istio.io/initialDelaySeconds',
  readyEvery: 'readiness.status.sidecar.istio.io/periodSeconds',
  readyFailures: 'readiness.status.sidecar.istio.io/failureThreshold',
  includeInboundPorts: 'traffic.sidecar.istio.io/includeInboundPorts',
  excludeInboundPorts: 'traffic.sidecar.istio.io/excludeInboundPorts',
  includeOutboundPorts: 'traffic.sidecar.istio.io/includeOutboundPorts',
  excludeOutboundPorts: 'traffic.sidecar.istio.io/excludeOutboundPorts',
  includeOutboundIPRanges: 'traffic.sidecar.istio.io/includeOutboundIPRanges',
  excludeOutboundIPRanges: 'traffic.sidecar.istio.io/excludeOutboundIPRanges',
  proxyConfig: 'proxy.istio.io/config',
  scrape: 'prometheus.io/scrape',
  scrapePort: 'prometheus.io/port',
  scrapePath: 'prometheus.io/path',
  defaultContainer: 'kubectl.kubernetes.io/default-container',
  defaultLogsContainer: 'kubectl.kubernetes.io/default-logs-container',
} as const;

export const label = {
  inject: 'sidecar.istio.io/inject',
  revision: 'istio.io/rev',
  injection: 'istio-injection',
  tlsMode: 'security.istio.io/tlsMode',
  canonicalName: 'service.istio.io/canonical-name',
  canonicalRevision: 'service.istio.io/canonical-revision',
} as const;
