import { fullHost, type Snapshot } from '@flotilla/mesh';
import { outboundCluster, passthrough } from './clusters/names.ts';
import type { Scope } from './scope.ts';

/**
 * The cluster that takes traffic for hosts unknown to a scope: to where it was going, or through a
 * Sidecar's egress proxy. None where such traffic is refused.
 */
export function unknownTraffic({ mesh }: Snapshot, { namespace, egress }: Scope): string | undefined {
  const own = egress?.outboundTrafficPolicy;
  const mode = own === undefined ? mesh.outboundTrafficPolicy : (own.mode ?? 'REGISTRY_ONLY');
  if (mode === 'REGISTRY_ONLY') return undefined;
  const proxy = own?.egressProxy;
  if (proxy?.port?.number === undefined) return passthrough;
  return outboundCluster(fullHost(proxy.host, namespace, mesh.domainSuffix), proxy.port.number, proxy.subset);
}
