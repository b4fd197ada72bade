import { fullHost, type Snapshot } from '@flotilla/mesh';
import { dynamicDns, outboundCluster, passthrough } from './clusters/names.ts';
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

/** The cluster that takes what a proxy is asked to send to such hosts: nothing tells it an address. */
export function unknownProxied(snapshot: Snapshot, scope: Scope): string | undefined {
  const cluster = unknownRequests(snapshot, scope);
  return cluster === passthrough && scope.interception === 'REDIRECT' ? dynamicDns : cluster;
}

/** The cluster that takes requests for such hosts; {@link unknownTraffic} goes by addresses alone. */
export function unknownRequests(snapshot: Snapshot, scope: Scope): string | undefined {
  const dynamic = snapshot.mesh.outboundTrafficPolicy === 'ALLOW_ANY_DYNAMIC_DNS' && scope.interception === 'REDIRECT';
  return dynamic && scope.egress?.outboundTrafficPolicy === undefined ? dynamicDns : unknownTraffic(snapshot, scope);
}
