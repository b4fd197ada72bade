import { interceptionContainerName, proxyPorts, proxyUser } from './names.ts';
import type { PodSettings } from './pod-settings.ts';

/** The init container that turns a pod's traffic to its proxy; the only one that may change the network. */
export function interceptionContainer(settings: PodSettings): Record<string, unknown> & { name: string } {
  // The standard port of the proxy's status passes anyway.
  const excludedInbound = [settings.excludeInboundPorts, settings.statusPort === proxyPorts.status || settings.statusPort === 0 ? '' : String(settings.statusPort)];
  const values = {
    FLOTILLA_INBOUND_PORTS: settings.includeInboundPorts,
    FLOTILLA_EXCLUDE_INBOUND_PORTS: excludedInbound.filter((ports) => ports !== '').join(','),
    FLOTILLA_OUTBOUND_CIDRS: settings.includeOutboundIPRanges,
    FLOTILLA_EXCLUDE_OUTBOUND_CIDRS: settings.excludeOutboundIPRanges,
    FLOTILLA_OUTBOUND_PORTS: settings.includeOutboundPorts,
    FLOTILLA_EXCLUDE_OUTBOUND_PORTS: settings.excludeOutboundPorts,
    FLOTILLA_PROXY_UID: String(proxyUser),
  };
  return {
    name: interceptionContainerName,
    image: settings.proxyImage,
    imagePullPolicy: settings.imagePullPolicy,
    command: ['intercept'],
    env: Object.entries(values).map(([name, value]) => ({ name, value })),
    resources: settings.resources,
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { add: ['NET_ADMIN', 'NET_RAW'], drop: ['ALL'] },
      privileged: false,
      // iptables keeps its lock there.
      readOnlyRootFilesystem: false,
      runAsGroup: 0,
      runAsNonRoot: false,
      runAsUser: 0,
    },
  };
}
