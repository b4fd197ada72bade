import { ruleFor, servicesFor, type Snapshot } from '@flotilla/mesh';
import { outboundSni } from '../clusters/names.ts';
import { portSubsets } from '../clusters/port-subsets.ts';
import { takesPassedOn } from '../clusters/sni-clusters.ts';
import { tcpProxy, toCluster } from '../listeners/tcp-proxy.ts';
import type { Scope } from '../scope.ts';
import { commonHost, type GatewayServer } from './gateway-server.ts';
import type { FilterChain } from './opaque-chains.ts';

/** What the mTLS of sidecars says of itself; plain TLS of others is not passed on. */
const meshProtocols = ['istio', 'istio-peer-exchange', 'istio-http/1.0', 'istio-http/1.1', 'istio-h2'];

/** What passes mTLS on to each service that is a host of an AUTO_PASSTHROUGH server, by the SNI that sidecars ask with. */
export function passedOnChains(snapshot: Snapshot, scope: Scope, { hosts }: GatewayServer): FilterChain[] {
  const admitted = [...servicesFor(snapshot, scope)].filter(
    (service) => takesPassedOn(service) && hosts.some(({ namespace, host }) => (namespace === '*' || namespace === service.namespace) && commonHost(host, service.host) === service.host),
  );
  return admitted
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .flatMap((service) => portSubsets(service, ruleFor(snapshot, scope, service)).map(({ port, subset }) => outboundSni(service.host, port.number, subset?.name)))
    .map((name) => ({ filterChainMatch: { serverNames: [name], applicationProtocols: meshProtocols }, filters: [tcpProxy(toCluster(name), name, { mixerCluster: scope.mixerCluster, mesh: snapshot.mesh }, 'outbound')] }));
}
